#include "common/http/exchange.h"

#include <utility>

#include "common/base/clock.h"
#include "common/errors/errors.h"
#include "common/http/failure.h"

namespace dateline::http {

// libcurl's timers run on the machine's clock, so this does too.
Exchange::Exchange(const TransferSettings& settings, HttpRequest request)
    : settings_(settings),
      request_(std::move(request)),
      deadline_(RealClock()->Elapsed() + request_.total_timeout) {
  hops_.push_back({*ParseAddress(request_.url), request_.method, /*with_secrets=*/true});
}

absl::Duration Exchange::TimeLeft() const { return deadline_ - RealClock()->Elapsed(); }

absl::Status Exchange::StartHop() {
  transfer_ = std::make_unique<Transfer>(settings_, request_, hops_.back(), TimeLeft());
  return transfer_->Prepare();
}

std::optional<absl::StatusOr<HttpResponse>> Exchange::FinishHop(CURLcode code) {
  absl::StatusOr<HttpResponse> response = transfer_->Finish(code);
  if (!response.ok()) return response.status();
  absl::StatusOr<std::optional<Hop>> next =
      NextHop(request_, hops_, response->status, response->Header("location"));
  if (!next.ok()) return next.status();
  if (!next->has_value()) {
    response->redirects = std::move(redirects_);
    return response;
  }
  if (TimeLeft() <= absl::ZeroDuration()) {
    return error::FetchFailed(ForMessages(hops_.back().url), cause::kTimeout);
  }
  redirects_.push_back(
      {response->status, url::SerialiseUrl(hops_.back().url), url::SerialiseUrl((*next)->url)});
  hops_.push_back(**std::move(next));
  return std::nullopt;
}

}  // namespace dateline::http
