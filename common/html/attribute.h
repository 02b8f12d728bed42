#ifndef DATELINE_COMMON_HTML_ATTRIBUTE_H_
#define DATELINE_COMMON_HTML_ATTRIBUTE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/html/policy.h"

namespace dateline::html {

// The value that may leave for an attribute's value that came in, nothing if none may. Cleaning the
// result again gives the same. `base_url` may be empty. Thread-safe.
std::optional<std::string> CleanAttribute(AttributeKind kind, absl::string_view value,
                                          absl::string_view base_url);

// The declarations of `style` whose property is listed and whose value is made of plain words,
// numbers, colours and rgb(), rgba(), hsl() or hsla(). Empty if none is left. Thread-safe.
std::string CleanStyle(absl::string_view style);

// A srcset (HTML standard, section 4.8.4.2.1) with absolute addresses; candidates with an address
// or descriptor that is not valid are left out. Thread-safe.
std::string CleanSrcset(absl::string_view srcset, absl::string_view base_url);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_ATTRIBUTE_H_
