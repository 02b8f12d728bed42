#ifndef DATELINE_SERVICES_QUERY_FOLLOW_RECEIPTS_H_
#define DATELINE_SERVICES_QUERY_FOLLOW_RECEIPTS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/worker.h"
#include "common/obs/metrics.h"
#include "services/query/follow/catalog_feed.h"
#include "services/query/replica/replica.h"

namespace dateline::query::follow {

// An entry of a copy's journal.
struct JournalPlace {
  std::string copy;
  uint64_t number = 0;
};

// Sends the receipts that the copy owes for takedowns, from a thread of its own, until the catalog
// has them. Only those are sent whose text is gone from all files: those of the copy, and those
// that others make of it (the search index). Thread-safe.
class ReceiptSender {
 public:
  // Starts. `metrics` may be null; all must outlive it. `is_clean` tells whether others have
  // followed the copy's journal up to a place and keep nothing of what was taken down until there;
  // null if there are none.
  ReceiptSender(replica::Replica& replica, CatalogFeed& feed, obs::Metrics* metrics,
                std::function<bool(const JournalPlace&)> is_clean = nullptr);

  // There may be something to send.
  void Wake() { worker_.Wake(); }

 private:
  absl::Duration Step();
  absl::Status SendOwed();
  // The receipts of `owed` that can be sent now.
  absl::StatusOr<std::vector<std::string>> Sendable(const replica::OwedReceipts& owed);

  replica::Replica& replica_;
  CatalogFeed& feed_;
  obs::Metrics* const metrics_;
  const std::function<bool(const JournalPlace&)> is_clean_;
  std::optional<JournalPlace> awaited_;  // of the worker's thread
  std::vector<std::string> awaiting_;    // what can be sent once others are there
  int failures_ = 0;                     // in a row; of the worker's thread
  Worker worker_;
};

}  // namespace dateline::query::follow

#endif  // DATELINE_SERVICES_QUERY_FOLLOW_RECEIPTS_H_
