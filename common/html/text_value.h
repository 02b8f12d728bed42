#ifndef DATELINE_COMMON_HTML_TEXT_VALUE_H_
#define DATELINE_COMMON_HTML_TEXT_VALUE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::html {

// `text`, or its copy in `*copy`, as it comes back from a parser: without the controls that HTML
// reads as something else, without noncharacters (U+FFFD in their place), every line end a line
// feed. `text` must be valid UTF-8. Thread-safe.
absl::string_view ParsedValue(absl::string_view text, std::string* copy);

// Where the first character begins that ParsedValue would change or that is not UTF-8, npos if
// there is none. Any bytes are accepted. Thread-safe.
size_t FindChangedByParsing(absl::string_view text);

// `bytes` as gumbo reads them right, in `*copy` unless they are so already: valid UTF-8 without
// ASCII controls other than white space, with characters of windows-1252 in the place of C1
// controls, as HTML reads references to them, and without references to characters by numbers so
// large that gumbo would overflow (they stand for U+FFFD). Thread-safe.
absl::string_view ParseableBytes(absl::string_view bytes, std::string* copy);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_TEXT_VALUE_H_
