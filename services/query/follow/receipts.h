#ifndef DATELINE_SERVICES_QUERY_FOLLOW_RECEIPTS_H_
#define DATELINE_SERVICES_QUERY_FOLLOW_RECEIPTS_H_

#include "common/base/worker.h"
#include "common/obs/metrics.h"
#include "services/query/follow/catalog_feed.h"
#include "services/query/replica/replica.h"

namespace dateline::query::follow {

// Sends the receipts that the copy owes for takedowns, from a thread of its own, until the catalog
// has them. Only those are sent whose text is gone from all files. Thread-safe.
class ReceiptSender {
 public:
  // Starts. `metrics` may be null; all must outlive it.
  ReceiptSender(replica::Replica& replica, CatalogFeed& feed, obs::Metrics* metrics);

  // There may be something to send.
  void Wake() { worker_.Wake(); }

 private:
  absl::Duration Step();
  absl::Status SendOwed();

  replica::Replica& replica_;
  CatalogFeed& feed_;
  obs::Metrics* const metrics_;
  int failures_ = 0;  // in a row; of the worker's thread
  Worker worker_;
};

}  // namespace dateline::query::follow

#endif  // DATELINE_SERVICES_QUERY_FOLLOW_RECEIPTS_H_
