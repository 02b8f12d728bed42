#include "common/text/c1_controls.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/text/utf8.h"

namespace dateline::text {
namespace {

// The byte that begins U+0080 to U+00BF.
constexpr char kLead = '\xC2';

// Where the first C1 control begins from `from` on, the size of the text if there is none.
size_t FindC1Control(absl::string_view text, size_t from) {
  while (from + 1 < text.size()) {
    const void* found = std::memchr(text.data() + from, kLead, text.size() - from - 1);
    if (found == nullptr) break;
    from = static_cast<size_t>(static_cast<const char*>(found) - text.data());
    if (IsC1Control(static_cast<unsigned char>(text[from + 1]))) return from;
    ++from;
  }
  return text.size();
}

}  // namespace

char32_t MeaningOfC1Control(char32_t c) {
  static constexpr std::array<char16_t, 32> kWindows1252 = {
      0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
  return kWindows1252[(c - 0x80) % kWindows1252.size()];
}

absl::string_view WithoutC1Controls(absl::string_view text, std::string* copy) {
  size_t at = FindC1Control(text, 0);
  if (at == text.size()) return text;
  copy->assign(text.data(), at);
  while (at < text.size()) {
    const char32_t meant = MeaningOfC1Control(static_cast<unsigned char>(text[at + 1]));
    if (meant != 0) AppendCodePoint(meant, copy);
    const size_t next = FindC1Control(text, at + 2);
    copy->append(text.data() + at + 2, next - at - 2);
    at = next;
  }
  return *copy;
}

}  // namespace dateline::text
