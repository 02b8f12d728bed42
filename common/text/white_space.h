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

// True for a byte of UTF-8 that is, or begins, a white-space character; false means that the
// character is none, and for a byte inside a character nothing. Thread-safe.
constexpr bool MayBeginWhiteSpace(char byte) {
  const auto b = static_cast<unsigned char>(byte);
  return b <= 0x20 || b == 0xC2 || b == 0xE1 || b == 0xE2 || b == 0xE3;
}

// The end of the printable ASCII that stands in `text` from `begin` with single spaces between its
// words: most of a text, as it is. Thread-safe.
inline size_t EndOfPlainWords(absl::string_view text, size_t begin) {
  const auto is_plain = [text](size_t i) {
    return i < text.size() && static_cast<signed char>(text[i]) > ' ';
  };
  size_t end = begin;
  while (is_plain(end)) {
    ++end;
    if (end < text.size() && text[end] == ' ' && is_plain(end + 1)) ++end;
  }
  return end;
}

// `text` with every run of white space made one space and none at the ends. Ill-formed UTF-8 is
// repaired. Thread-safe.
std::string CollapseWhiteSpace(absl::string_view text);

}  // namespace dateline::text

#endif  // DATELINE_COMMON_TEXT_WHITE_SPACE_H_
