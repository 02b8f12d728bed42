#include "services/ingestion/websub/subscriber.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"
#include "common/http/url.h"
#include "common/obs/log.h"
#include "prometheus/counter.h"
#include "services/ingestion/websub/callback.h"

namespace dateline::ingestion::websub {
namespace {

// How long a hub may take to verify what it was asked.
constexpr absl::Duration kPending = absl::Minutes(10);
constexpr absl::Duration kFirstWait = absl::Minutes(1);
constexpr absl::Duration kLongestWait = absl::Hours(24);
constexpr int kLeaseSeconds = 10 * 24 * 3'600;
constexpr absl::Duration kTimeout = absl::Seconds(20);
// An answer to a subscription says nothing that is read.
constexpr size_t kMaxBytes = size_t{64} << 10;

// For application/x-www-form-urlencoded (WHATWG URL, section 5.2).
std::string FormEncode(absl::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '*' || c == '-' || c == '.' || c == '_') {
      encoded.push_back(c);
    } else {
      absl::StrAppend(&encoded, "%", absl::Hex(byte, absl::kZeroPad2));
    }
  }
  return encoded;
}

http::HttpRequest MakeRequest(const store::Subscription& subscription,
                              const std::string& public_url) {
  http::HttpRequest request;
  request.url = subscription.hub;
  request.method = http::Method::kPost;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  // The body holds a secret, so it goes to no other origin.
  request.redirects = http::RedirectPolicy::kSameOrigin;
  request.max_bytes = kMaxBytes;
  request.total_timeout = kTimeout;
  request.body = absl::StrCat(
      "hub.mode=subscribe&hub.topic=", FormEncode(subscription.topic),
      "&hub.callback=", FormEncode(absl::StrCat(public_url, kPath, subscription.token)),
      "&hub.secret=", FormEncode(subscription.secret), "&hub.lease_seconds=", kLeaseSeconds);
  return request;
}

}  // namespace

absl::StatusOr<std::string> CheckPublicUrl(absl::string_view public_url) {
  while (!public_url.empty() && public_url.back() == '/') public_url.remove_suffix(1);
  const std::string text(public_url);
  if (!http::ParseAddress(text).has_value() || text.find_first_of("?#") != std::string::npos) {
    return absl::InvalidArgumentError(
        "the public address for hubs must be http or https, without a query");
  }
  return text;
}

absl::StatusOr<bool> SubscribeNextDue(const RequestContext& context,
                                      const SubscriberDependencies& dependencies) {
  DATELINE_ASSIGN_OR_RETURN(const std::optional<store::Subscription> subscription,
                            dependencies.store.TakeDueSubscription(context, kPending));
  if (!subscription.has_value()) return false;
  const absl::StatusOr<http::HttpResponse> response =
      dependencies.http.FetchBlocking(context, MakeRequest(*subscription, dependencies.public_url));
  const bool accepted = response.ok() && response->status / 100 == 2;
  dependencies.metrics
      .Counter("dateline_ingestion_hub_requests_total", "Requests to hubs by what they answered.",
               {{"outcome", accepted ? "accepted" : "failed"}})
      .Increment();
  if (accepted) return true;
  const std::string why = response.ok() ? absl::StrCat("the hub answered ", response->status)
                                        : std::string(response.status().message());
  DATELINE_RETURN_IF_ERROR(dependencies.store.SetNextAttempt(
      RequestContext::Background("websub").WithTimeout(absl::Seconds(5)), *subscription,
      Doubled(kFirstWait, subscription->attempts, kLongestWait), why));
  return true;
}

Subscriber::Subscriber(SubscriberDependencies dependencies, absl::Duration idle)
    : dependencies_(std::move(dependencies)),
      idle_(idle),
      worker_([this](Worker& worker) { return Step(worker); },
              [](absl::string_view what) {
                obs::Log(obs::Level::kError, "asking hubs threw", {{"error", what}});
              }) {}

absl::Duration Subscriber::Step(Worker& worker) {
  const RequestContext context(
      RealClock(), absl::InfiniteDuration(), [&] { return worker.stopping(); }, "websub");
  const absl::StatusOr<bool> asked = SubscribeNextDue(context, dependencies_);
  if (!asked.ok() && !worker.stopping()) {
    obs::Log(obs::Level::kWarning, "hubs were not asked", {{"error", asked.status().message()}});
  }
  return asked.ok() && *asked ? absl::ZeroDuration() : idle_;
}

}  // namespace dateline::ingestion::websub
