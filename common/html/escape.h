#ifndef DATELINE_COMMON_HTML_ESCAPE_H_
#define DATELINE_COMMON_HTML_ESCAPE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::html {

// A character that is never written as it is, and the reference written in its place.
struct Escape {
  absl::string_view character, reference;
};

// Appends `text` escaped for text and quoted attributes alike; a no-break space becomes visible.
void AppendEscaped(absl::string_view text, std::string* out);

// The escape whose character begins `text`, null if `text` begins with a character that is written
// as it is. Thread-safe.
const Escape* EscapeFor(absl::string_view text);

// The escape whose reference begins `text`, null if there is none. Thread-safe.
const Escape* EscapeWritten(absl::string_view text);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_ESCAPE_H_
