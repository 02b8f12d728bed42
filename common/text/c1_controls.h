#ifndef DATELINE_COMMON_TEXT_C1_CONTROLS_H_
#define DATELINE_COMMON_TEXT_C1_CONTROLS_H_

#include <string>

#include "absl/strings/string_view.h"

// U+0080 to U+009F, which no text means: they are bytes of windows-1252 that somebody took for
// ISO 8859-1, and HTML reads references to them so. All functions are thread-safe.
namespace dateline::text {

// Whether a code point is one of them.
inline bool IsC1Control(char32_t c) { return c >= 0x80 && c <= 0x9F; }

// The character that windows-1252 has for a C1 control, 0 if it has none.
char32_t MeaningOfC1Control(char32_t c);

// `text`, which must be valid UTF-8, or its copy in `*copy`, with such characters in the place of
// C1 controls; those that mean none go.
absl::string_view WithoutC1Controls(absl::string_view text, std::string* copy);

}  // namespace dateline::text

#endif  // DATELINE_COMMON_TEXT_C1_CONTROLS_H_
