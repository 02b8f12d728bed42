#include "common/http/redirect.h"

#include <algorithm>

#include "common/errors/errors.h"
#include "common/http/failure.h"

namespace dateline::http {
namespace {

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool KeepsMethod(int status) { return status == 307 || status == 308; }

}  // namespace

absl::StatusOr<std::optional<Hop>> NextHop(const HttpRequest& request, const std::vector<Hop>& hops,
                                           int status, const std::string& location) {
  if (request.redirects == RedirectPolicy::kNever || !IsRedirect(status) || location.empty()) {
    return std::nullopt;
  }
  const Hop& last = hops.back();
  std::optional<url::UrlRecord> target = ResolveAddress(last.url, location);
  if (!target.has_value()) return error::FetchFailed(ForMessages(last.url), cause::kBadRedirect);
  Hop next{*std::move(target), KeepsMethod(status) ? last.method : Method::kGet, last.with_secrets};
  if (!url::SameOrigin(next.url, hops.front().url)) {
    if (request.redirects == RedirectPolicy::kSameOrigin) {
      return error::FetchFailed(ForMessages(last.url), cause::kBadRedirect);
    }
    next.with_secrets = false;
  }
  const bool seen = std::any_of(hops.begin(), hops.end(), [&](const Hop& hop) {
    return url::SerialiseUrl(hop.url) == url::SerialiseUrl(next.url) && hop.method == next.method;
  });
  if (seen || hops.size() > static_cast<size_t>(request.max_redirects)) {
    return error::FetchFailed(ForMessages(last.url), cause::kRedirectLoop);
  }
  return next;
}

}  // namespace dateline::http
