#ifndef DATELINE_SERVICES_CATALOG_STORE_TAKEDOWNS_TAKEDOWN_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_TAKEDOWNS_TAKEDOWN_STORE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/takedowns.pb.h"
#include "services/catalog/store/store_context.h"
#include "services/catalog/store/write_options.h"

namespace dateline::catalog::store {

// How long a consumer may take to erase an article. Shorter than a consumer's usual lease, so that
// one that has stopped is seen as late before it counts as absent.
inline constexpr absl::Duration kReceiptDue = absl::Minutes(10);

// A page of receipts.
struct ReceiptPage {
  std::vector<v1::TakedownReceipt> receipts;
  int64_t last = 0;   // Number of the last one.
  bool more = false;  // There are others behind it.
};

// Consumers of the change log, and their receipts for takedowns. Whoever is present (whose lease
// has not ended) at a takedown owes a receipt, for as long as it is present; whoever is not has to
// follow the log, where the takedown stands, before it serves. Thread-safe. Every call may also
// fail with DATABASE_UNAVAILABLE, OVERLOADED, DEADLINE_EXCEEDED or CANCELLED.
class TakedownStore {
 public:
  explicit TakedownStore(StoreContext context) : postgres_(std::move(context)) {}

  // Makes a consumer known, or renews its lease; when that ends, with the log's head.
  absl::StatusOr<Written<absl::Time>> RegisterConsumer(const RequestContext& context,
                                                       const std::string& id, absl::Duration lease);

  // Renews a known consumer's lease for as long as it asked for; that. RESOURCE_NOT_FOUND.
  absl::StatusOr<absl::Duration> RenewConsumer(const RequestContext& context,
                                               const std::string& id);

  // Notes that a consumer has erased an article; the first time counts, and it is no error if it
  // owes no receipt. RESOURCE_NOT_FOUND for either; STATE_CONFLICT unless the article is taken
  // down.
  absl::Status Acknowledge(const RequestContext& context, const std::string& article_id,
                           const std::string& consumer_id);

  // Receipts, newest takedown first: up to `limit` below number `before`, 0 for the first page; of
  // one article unless `article_id` is empty; only what was or is late if `overdue_only` is set.
  // What an absent consumer has not acknowledged is left out.
  absl::StatusOr<ReceiptPage> ListReceipts(const RequestContext& context,
                                           const std::string& article_id, bool overdue_only,
                                           int64_t before, int limit);

 private:
  const StoreContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_TAKEDOWNS_TAKEDOWN_STORE_H_
