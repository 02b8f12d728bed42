#ifndef DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_WEBHOOK_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_WEBHOOK_STORE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/webhooks.pb.h"
#include "services/catalog/store/page.h"
#include "services/catalog/store/store_context.h"
#include "services/catalog/store/write_options.h"

namespace dateline::catalog::store {

// The collection in webhooks' names, also the table's name.
inline constexpr char kWebhooks[] = "webhooks";

// A page of the calls of a webhook.
struct DeliveryPage {
  std::vector<v1::WebhookDelivery> deliveries;
  int64_t last = 0;   // Number of the last one.
  bool more = false;  // There are others behind it.
};

// Webhooks as those who run the system write and read them. What is answered never has a secret. A
// webhook is no resource of the change log: the position of a write is that of its transaction.
// Thread-safe. Every call may also fail with DATABASE_UNAVAILABLE, OVERLOADED, DEADLINE_EXCEEDED or
// CANCELLED, and every write with REQUEST_ID_REUSED; every call for one webhook with
// RESOURCE_NOT_FOUND, every write of it with ETAG_MISMATCH.
class WebhookStore {
 public:
  explicit WebhookStore(StoreContext context) : postgres_(std::move(context)) {}

  // Stores a new webhook under `webhook.name`, which is told of what comes from now on.
  // RESOURCE_EXISTS.
  absl::StatusOr<Written<v1::Webhook>> CreateWebhook(const RequestContext& context,
                                                     const WriteOptions& options,
                                                     const v1::Webhook& webhook);

  // Changes a webhook under the row's lock: `change` gets it as stored, without its secret, and
  // makes it what it shall be; a secret that it sets takes the place of the stored one. One that
  // becomes ACTIVE is called at once, its failures forgotten.
  absl::StatusOr<Written<v1::Webhook>> UpdateWebhook(
      const RequestContext& context, const WriteOptions& options, absl::string_view id,
      const std::function<absl::Status(v1::Webhook*)>& change);

  // Deletes a webhook, its queue and the record of its calls; the position of the write.
  absl::StatusOr<content::v1::LogPosition> DeleteWebhook(const RequestContext& context,
                                                         const WriteOptions& options,
                                                         absl::string_view id);

  // Lets a webhook be told again of all behind `position`; a call under way comes to nothing.
  // POSITION_EXPIRED.
  absl::StatusOr<Written<v1::Webhook>> ReplayWebhook(const RequestContext& context,
                                                     const WriteOptions& options,
                                                     absl::string_view id,
                                                     const content::v1::LogPosition& position);

  absl::StatusOr<v1::Webhook> GetWebhook(const RequestContext& context, absl::string_view id);

  // Up to `limit` webhooks with an id above `after_id`, by id in byte order.
  absl::StatusOr<Page<v1::Webhook>> ListWebhooks(const RequestContext& context,
                                                 absl::string_view after_id, int limit);

  // The calls of a webhook newest first: up to `limit` below number `before`, 0 for the first page.
  absl::StatusOr<DeliveryPage> ListDeliveries(const RequestContext& context, absl::string_view id,
                                              int64_t before, int limit);

 private:
  const StoreContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_WEBHOOK_STORE_H_
