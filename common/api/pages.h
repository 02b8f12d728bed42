#ifndef DATELINE_COMMON_API_PAGES_H_
#define DATELINE_COMMON_API_PAGES_H_

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"

// What every list does alike with the size of a page and its token (AIP-158). All pure.
namespace dateline::api {

// The page size to use: 0 is the default, too much is lowered. `requested` is not negative: the
// contract's rules refuse that before any handler.
inline int PageSizeOf(int requested) {
  return requested == 0 ? limits::kDefaultPageSize : std::min(requested, limits::kMaxPageSize);
}

// All arguments of a list request but those that may change from page to page, and its type: what a
// page token is bound to.
template <typename Request>
std::string PageFingerprint(const Request& request) {
  Request rest = request;
  rest.clear_page_size();
  rest.clear_page_token();
  if constexpr (requires { rest.clear_min_position(); }) rest.clear_min_position();
  if constexpr (requires { rest.clear_if_none_match(); }) rest.clear_if_none_match();
  return absl::StrCat(Request::descriptor()->full_name(), "\n", rest.SerializeAsString());
}

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_PAGES_H_
