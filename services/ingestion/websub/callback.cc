#include "services/ingestion/websub/callback.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "prometheus/counter.h"
#include "services/ingestion/websub/signature.h"

namespace dateline::ingestion::websub {
namespace {

constexpr size_t kTokenSize = 26;  // of NewId
constexpr size_t kMaxChallengeBytes = 4'096;
// Pushes of a minute are one reason to poll.
constexpr absl::Duration kSpacing = absl::Minutes(1);
// What is believed of a hub's lease. Without one, what was asked for.
constexpr absl::Duration kMinLease = absl::Minutes(5);
constexpr absl::Duration kMaxLease = absl::Hours(30 * 24);
constexpr absl::Duration kUsualLease = absl::Hours(10 * 24);
// A hub that does not want to is asked again after this.
constexpr absl::Duration kDenied = absl::Hours(24);
constexpr absl::Duration kTimeout = absl::Seconds(5);

const http::ServerResponse kAccepted{202, "text/plain; charset=utf-8", ""};
const http::ServerResponse kNotFound{404, "text/plain; charset=utf-8", "not found\n"};
// To a hub, that the subscription is over (WebSub, section 7).
const http::ServerResponse kGone{410, "text/plain; charset=utf-8", "gone\n"};
const http::ServerResponse kWrongMethod{405, "text/plain; charset=utf-8", "GET or POST\n"};
const http::ServerResponse kLater{503, "text/plain; charset=utf-8", "try again later\n"};

// Looks like a token; anything else is not worth a look into the database.
bool IsToken(absl::string_view text) {
  return text.size() == kTokenSize && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
         });
}

absl::Duration LeaseOf(const std::string& seconds) {
  int64_t value = 0;
  if (!absl::SimpleAtoi(seconds, &value)) return kUsualLease;
  return std::clamp(absl::Seconds(value), kMinLease, kMaxLease);
}

}  // namespace

void Callback::Count(const char* outcome) {
  metrics_
      .Counter("dateline_ingestion_hub_calls_total", "Calls from hubs by what they were.",
               {{"outcome", outcome}})
      .Increment();
}

http::ServerResponse Callback::Handle(const http::ServerRequest& request) {
  absl::string_view token = request.path;
  if (!absl::ConsumePrefix(&token, kPath) || !IsToken(token)) {
    Count("unknown");
    return kNotFound;
  }
  const RequestContext context = RequestContext::Background("websub").WithTimeout(kTimeout);
  if (request.method == "GET") return Verify(context, std::string(token), request);
  if (request.method == "POST") return Push(context, std::string(token), request);
  return kWrongMethod;
}

http::ServerResponse Callback::Verify(const RequestContext& context, const std::string& token,
                                      const http::ServerRequest& request) {
  const std::string mode = request.Argument("hub.mode");
  const std::string topic = request.Argument("hub.topic");
  const std::string challenge = request.Argument("hub.challenge");
  absl::StatusOr<bool> asked = false;
  if (mode == "denied") {
    asked = store_.Deny(context, token, topic, kDenied, "the hub denied the subscription");
  } else if (mode == "subscribe" && !challenge.empty() && challenge.size() <= kMaxChallengeBytes) {
    const absl::Duration lease = LeaseOf(request.Argument("hub.lease_seconds"));
    // Asked again while there is time left for hubs that are slow.
    asked = store_.Confirm(context, token, topic, lease, lease * 0.8);
  }
  if (!asked.ok()) return kLater;
  if (!*asked) {
    Count("verification_refused");
    return kNotFound;
  }
  if (mode == "denied") {
    Count("denied");
    return {};
  }
  Count("verified");
  return {200, "text/plain; charset=utf-8", challenge};
}

http::ServerResponse Callback::Push(const RequestContext& context, const std::string& token,
                                    const http::ServerRequest& request) {
  const absl::StatusOr<store::Subscription> subscription = store_.FindSubscription(context, token);
  if (absl::IsNotFound(subscription.status())) {
    Count("unknown");
    return kGone;
  }
  if (!subscription.ok()) return kLater;
  const bool fits =
      SignatureFits(request.Header("x-hub-signature"), subscription->secret, request.body);
  Count(fits ? "pushed" : "bad_signature");
  const absl::Status done =
      fits ? store_.Push(context, token, kSpacing) : store_.CountBadPush(context, token);
  return done.ok() ? kAccepted : kLater;
}

}  // namespace dateline::ingestion::websub
