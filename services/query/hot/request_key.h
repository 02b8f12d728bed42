#ifndef DATELINE_SERVICES_QUERY_HOT_REQUEST_KEY_H_
#define DATELINE_SERVICES_QUERY_HOT_REQUEST_KEY_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::query::hot {

// What a ListArticlesRequest asks for, without being decoded.
struct RequestKey {
  // Its bytes but for if_none_match. Requests of the same key are answered by the same page.
  std::string bytes;
  std::string if_none_match;
};

// The key of an encoded ListArticlesRequest; nullopt for one whose page is not worth keeping or
// depends on more than its lists: further pages, a min_position, a preview, folds, and whatever is
// long or no message at all. That its fields are sound is not checked: a page is kept under the
// bytes of a request that was, so the same bytes are too. Pure.
std::optional<RequestKey> RequestKeyOf(absl::string_view request);

}  // namespace dateline::query::hot

#endif  // DATELINE_SERVICES_QUERY_HOT_REQUEST_KEY_H_
