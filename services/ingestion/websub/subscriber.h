#ifndef DATELINE_SERVICES_INGESTION_WEBSUB_SUBSCRIBER_H_
#define DATELINE_SERVICES_INGESTION_WEBSUB_SUBSCRIBER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "common/base/worker.h"
#include "common/http/client.h"
#include "common/obs/metrics.h"
#include "services/ingestion/store/subscription_store.h"

namespace dateline::ingestion::websub {

// The address at which hubs reach this system from outside, without a slash at its end.
// INVALID_ARGUMENT unless it is http or https, without query.
absl::StatusOr<std::string> CheckPublicUrl(absl::string_view public_url);

// What asking hubs needs; all must outlive whoever uses it.
struct SubscriberDependencies {
  store::SubscriptionStore& store;
  http::HttpClient& http;
  obs::Metrics& metrics;
  std::string public_url;  // as CheckPublicUrl gives it
};

// Asks the hub of one subscription that is due (WebSub, section 5.1). True if there was one,
// whatever came of it; the errors are the store's.
absl::StatusOr<bool> SubscribeNextDue(const RequestContext& context,
                                      const SubscriberDependencies& dependencies);

// Asks hubs in the background, for new subscriptions and before those there are end, together with
// the other ingestion processes; its end cancels the request under way. Thread-safe.
class Subscriber {
 public:
  // `idle` is how often it looks for what is due.
  Subscriber(SubscriberDependencies dependencies, absl::Duration idle);

 private:
  absl::Duration Step(Worker& worker);

  const SubscriberDependencies dependencies_;
  const absl::Duration idle_;
  Worker worker_;
};

}  // namespace dateline::ingestion::websub

#endif  // DATELINE_SERVICES_INGESTION_WEBSUB_SUBSCRIBER_H_
