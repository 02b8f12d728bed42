#include "services/catalog/webhooks/calls.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/worker.h"
#include "common/errors/errors.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/error_details.pb.h"
#include "services/catalog/webhooks/signature.h"

namespace dateline::catalog::webhooks {

using Then = store::WebhookCallResult::Then;

namespace {

constexpr size_t kMaxAnswerBytes = size_t{4} << 10;
constexpr int kGone = 410;

// Why there was no answer, in a word or two.
std::string CauseOf(const absl::Status& status) {
  if (error::ReasonOf(status) == errors::v1::ERROR_REASON_ADDRESS_NOT_PUBLIC) {
    return "the address is not public";
  }
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  google::rpc::ErrorInfo info;
  if (payload.has_value() && info.ParseFromString(std::string(*payload))) {
    const auto cause = info.metadata().find("cause");
    if (cause != info.metadata().end()) return absl::StrCat("no answer: ", cause->second);
  }
  return absl::StrCat("not called: ", status.message());
}

}  // namespace

absl::StatusOr<http::HttpRequest> MakeRequest(const CallRules& rules,
                                              const store::WebhookCall& call) {
  const std::string& url = call.webhook.url();
  if (!rules.allow_http && !absl::StartsWithIgnoreCase(url, "https://")) {
    return error::InvalidField("webhook.url", "must be https");
  }
  const auto key = KeyOf(call.webhook.secret());
  if (!key.has_value()) return error::InvalidField("webhook.secret", "signs nothing");
  http::HttpRequest request;
  request.url = url;
  request.method = http::Method::kPost;
  if (!google::protobuf::util::MessageToJsonString(call.payload, &request.body).ok()) {
    return error::Internal("the payload has no JSON form");
  }
  const std::string& id = call.payload.delivery_id();
  const int64_t seconds = absl::ToUnixSeconds(call.now);
  request.headers = {{"content-type", "application/json"},
                     {"webhook-id", id},
                     {"webhook-timestamp", absl::StrCat(seconds)},
                     {"webhook-signature", Sign(*key, id, seconds, request.body)}};
  request.redirects = http::RedirectPolicy::kNever;
  request.max_bytes = kMaxAnswerBytes;
  request.total_timeout = rules.timeout;
  request.connect_timeout = rules.timeout;
  return request;
}

store::WebhookCallResult Judge(const CallRules& rules, const store::WebhookCall& call,
                               const absl::StatusOr<http::HttpResponse>& answer,
                               absl::Duration duration) {
  store::WebhookCallResult result;
  result.duration = duration;
  if (answer.ok()) {
    result.http_status = answer->status;
    if (answer->status >= 200 && answer->status < 300) return result;
    result.error = absl::StrCat("HTTP status ", answer->status);
  } else {
    result.error = CauseOf(answer.status());
  }
  const bool is_dead = call.failing_since && call.now - *call.failing_since >= rules.dead_after;
  result.then = is_dead || result.http_status == kGone ? Then::kPause : Then::kRetry;
  result.retry_in = BackOff(rules.first_retry, call.attempt - 1, rules.longest_retry);
  return result;
}

}  // namespace dateline::catalog::webhooks
