#ifndef DATELINE_COMMON_TEXT_WHITE_SPACE_H_
#define DATELINE_COMMON_TEXT_WHITE_SPACE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::text {

// The Unicode property White_Space (PropList.txt), which contains the no-break space. Thread-safe.
constexpr bool IsWhiteSpace(char32_t c) {
  if (c <= 0x20) return c == 0x20 || (c >= 0x09 && c <= 0x0D);
  if (c < 0x1680) return c == 0x85 || c == 0xA0;
  return c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

// `text` with every run of white space made one space and none at the ends. Ill-formed UTF-8 is
// repaired. Thread-safe.
std::string CollapseWhiteSpace(absl::string_view text);

}  // namespace dateline::text

#endif  // DATELINE_COMMON_TEXT_WHITE_SPACE_H_
