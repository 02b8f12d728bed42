#include "common/html/text_value.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/text/c1_controls.h"
#include "common/text/utf8.h"

namespace dateline::html {
namespace {

// True for what HTML calls a control other than white space.
bool IsControl(char32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r') || (c >= 0x7F && c <= 0x9F);
}

// Unicode's noncharacters; gumbo reads them as U+FFFD unless they come as a character reference.
bool IsNoncharacter(char32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

// What a byte may be the beginning of.
enum ByteKind : uint8_t {
  kPlain,         // Nothing to look after.
  kMayChange,     // A character that ParsedValue may change.
  kAsciiControl,  // One that ParseableBytes leaves out.
};

constexpr std::array<ByteKind, 256> kKinds = [] {
  std::array<ByteKind, 256> table{};
  for (unsigned c = 0; c < 0x20; ++c) table[c] = kAsciiControl;
  table['\t'] = table['\n'] = kPlain;
  table['\r'] = table['\f'] = kMayChange;
  table[0x7F] = kAsciiControl;
  table[0xC2] = kMayChange;
  for (unsigned c = 0xEF; c <= 0xFF; ++c) table[c] = kMayChange;
  return table;
}();

// A reference to a character by a number that gumbo's integers do not hold, without its semicolon.
struct HugeReference {
  size_t begin, end;
  bool hex;
};

std::vector<HugeReference> FindHugeReferences(absl::string_view html) {
  // Seven hexadecimal or nine decimal digits are beyond Unicode and within 31 bits.
  constexpr size_t kHexDigits = 7;
  constexpr size_t kDecimalDigits = 9;
  std::vector<HugeReference> found;
  for (size_t at = html.find("&#"); at != absl::string_view::npos; at = html.find("&#", at + 2)) {
    size_t i = at + 2;
    const bool hex = i < html.size() && (html[i] | 0x20) == 'x';
    i += hex;
    while (i < html.size() && html[i] == '0') ++i;
    const size_t digits = i;
    while (i < html.size() && (hex ? absl::ascii_isxdigit(static_cast<unsigned char>(html[i]))
                                   : absl::ascii_isdigit(static_cast<unsigned char>(html[i])))) {
      ++i;
    }
    if (i - digits > (hex ? kHexDigits : kDecimalDigits)) found.push_back({at, i, hex});
  }
  return found;
}

ByteKind KindOf(char c) { return kKinds[static_cast<unsigned char>(c)]; }

}  // namespace

absl::string_view ParsedValue(absl::string_view text, std::string* copy) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return KindOf(c) == kPlain; }))
    return text;
  copy->clear();
  for (size_t i = 0; i < text.size();) {
    char32_t c = text::NextCodePoint(text, &i);
    if (IsControl(c)) continue;
    if (c == '\r') c = '\n';
    if (c == '\f') c = ' ';
    text::AppendCodePoint(IsNoncharacter(c) ? text::kReplacementCharacter : c, copy);
  }
  return *copy;
}

size_t FindChangedByParsing(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      if (KindOf(text[i]) != kPlain) return i;
      ++i;
      continue;
    }
    const size_t begin = i;
    const char32_t c = text::NextCodePoint(text, &i);
    if (IsControl(c) || IsNoncharacter(c)) return begin;
    if (c == text::kReplacementCharacter &&
        !text::IsValidUtf8(absl::ClippedSubstr(text, begin, i - begin))) {
      return begin;
    }
  }
  return absl::string_view::npos;
}

absl::string_view ParseableBytes(absl::string_view bytes, std::string* copy) {
  const auto is_control = [](char c) { return KindOf(c) == kAsciiControl; };
  if (!text::IsValidUtf8(bytes) || std::any_of(bytes.begin(), bytes.end(), is_control)) {
    *copy = text::RepairUtf8(bytes);
    copy->erase(std::remove_if(copy->begin(), copy->end(), is_control), copy->end());
    bytes = *copy;
  }
  std::string meant;
  if (const absl::string_view without = text::WithoutC1Controls(bytes, &meant);
      without.data() == meant.data()) {
    *copy = std::move(meant);
    bytes = *copy;
  }
  const std::vector<HugeReference> huge = FindHugeReferences(bytes);
  if (huge.empty()) return bytes;
  std::string shortened;
  size_t begin = 0;
  for (const HugeReference& reference : huge) {
    // In its own base, so that no digit of it is what follows.
    absl::StrAppend(&shortened, absl::ClippedSubstr(bytes, begin, reference.begin - begin),
                    reference.hex ? "&#x110000" : "&#1114112");
    begin = reference.end;
  }
  absl::StrAppend(&shortened, absl::ClippedSubstr(bytes, begin));
  *copy = std::move(shortened);
  return *copy;
}

}  // namespace dateline::html
