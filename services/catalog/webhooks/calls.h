#ifndef DATELINE_SERVICES_CATALOG_WEBHOOKS_CALLS_H_
#define DATELINE_SERVICES_CATALOG_WEBHOOKS_CALLS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/http/request.h"
#include "services/catalog/store/webhooks/webhook_queue.h"

// How one call is made and what follows from its answer. Pure, but for the chance in pauses.
namespace dateline::catalog::webhooks {

// When calls are repeated, and when no more.
struct CallRules {
  bool allow_http = false;  // Else https only.
  absl::Duration timeout = absl::Seconds(10);
  absl::Duration first_retry = absl::Seconds(5);
  absl::Duration longest_retry = absl::Hours(1);
  // A webhook whose calls have failed for so long is paused.
  absl::Duration dead_after = absl::Hours(72);
};

// The request of a call, signed. INVALID_FIELD for an address that must not be called, or a secret
// that signs nothing.
absl::StatusOr<http::HttpRequest> MakeRequest(const CallRules& rules,
                                              const store::WebhookCall& call);

// What follows from an answer, which is never repeated: any 2xx is success, 410 (Gone) pauses the
// webhook at once, all else is tried again, redirects too.
store::WebhookCallResult Judge(const CallRules& rules, const store::WebhookCall& call,
                               const absl::StatusOr<http::HttpResponse>& answer,
                               absl::Duration duration);

}  // namespace dateline::catalog::webhooks

#endif  // DATELINE_SERVICES_CATALOG_WEBHOOKS_CALLS_H_
