#include "services/ingestion/clean/text_value.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/text/utf8.h"

namespace dateline::ingestion {
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

absl::string_view ParseableBytes(absl::string_view bytes, std::string* copy) {
  const auto is_control = [](char c) { return KindOf(c) == kAsciiControl; };
  const bool valid = text::IsValidUtf8(bytes);
  if (valid && std::none_of(bytes.begin(), bytes.end(), is_control)) return bytes;
  *copy = valid ? std::string(bytes) : text::RepairUtf8(bytes);
  copy->erase(std::remove_if(copy->begin(), copy->end(), is_control), copy->end());
  return *copy;
}

}  // namespace dateline::ingestion
