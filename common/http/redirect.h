#ifndef DATELINE_COMMON_HTTP_REDIRECT_H_
#define DATELINE_COMMON_HTTP_REDIRECT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/http/request.h"
#include "common/http/url.h"

namespace dateline::http {

// One request of a chain of redirects.
struct Hop {
  url::UrlRecord url;
  Method method = Method::kGet;
  bool with_secrets = true;  // false from the first hop to another origin on
};

// Where an answer leads after the hops made so far (at least one; the last gave the answer).
// nullopt if it is the final answer: no redirect, one without Location, or one that the request's
// policy does not follow at all. FETCH_FAILED with cause `bad-redirect` (an address that is not
// http or https, or of another origin against the policy) or `redirect-loop` (back to where it was,
// or more than max_redirects). 303 turns a POST into a GET, and so do 301 and 302 (RFC 9110, 15.4).
// Pure.
absl::StatusOr<std::optional<Hop>> NextHop(const HttpRequest& request, const std::vector<Hop>& hops,
                                           int status, const std::string& location);

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_REDIRECT_H_
