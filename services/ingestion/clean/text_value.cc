#include "services/ingestion/clean/text_value.h"

#include <algorithm>

#include "common/text/utf8.h"

namespace dateline::ingestion {
namespace {

// True for what HTML calls a control other than white space.
bool IsControl(char32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r') || (c >= 0x7F && c <= 0x9F);
}

// Unicode's noncharacters; gumbo reads them as U+FFFD unless they come as a character reference.
bool IsNoncharacter(char32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

// True for bytes that begin, or are, a character which ParsedValue may change.
bool MayNeedChange(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u < 0x20 && c != '\t' && c != '\n') || u == 0x7F || u == 0xC2 || u >= 0xEF;
}

bool IsAsciiControl(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u < 0x80 && IsControl(u);
}

}  // namespace

absl::string_view ParsedValue(absl::string_view text, std::string* copy) {
  if (std::none_of(text.begin(), text.end(), MayNeedChange)) return text;
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
  const bool valid = text::IsValidUtf8(bytes);
  if (valid && std::none_of(bytes.begin(), bytes.end(), IsAsciiControl)) return bytes;
  *copy = valid ? std::string(bytes) : text::RepairUtf8(bytes);
  copy->erase(std::remove_if(copy->begin(), copy->end(), IsAsciiControl), copy->end());
  return *copy;
}

}  // namespace dateline::ingestion
