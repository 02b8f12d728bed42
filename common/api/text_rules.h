#ifndef DATELINE_COMMON_API_TEXT_RULES_H_
#define DATELINE_COMMON_API_TEXT_RULES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "dateline/options/v1/field.pb.h"

namespace dateline::api {

// What is wrong with a value, in words that follow the field's name; nothing if it is right.
using Fault = std::optional<std::string>;

// Holds `text` to `rules` (which may be the default instance) and to what holds for every string.
// Takes time in proportion to the text. Thread-safe.
Fault FaultOfText(absl::string_view text, const options::v1::StringRules& rules);

// The id of a resource, as it stands in its name: 1 to 63 lower-case ASCII letters, digits and
// hyphens that does not begin with a hyphen.
bool IsResourceId(absl::string_view id);

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_TEXT_RULES_H_
