#include "services/ingestion/decode/html_entities.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/text/c1_controls.h"
#include "common/text/utf8.h"
#include "services/ingestion/decode/html_entity_table.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;

// Beyond Unicode, so that a long number does not wrap round.
constexpr uint32_t kTooLarge = 0x200000;

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
}

// The digits of "&#123" or "&#x7B" at the beginning of `text`, whose size is `*size`; false if
// there are none.
bool ReadNumber(string_view text, size_t* size, uint32_t* number) {
  if (!absl::StartsWith(text, "&#")) return false;
  size_t i = 2;
  const bool hex = i < text.size() && (text[i] == 'x' || text[i] == 'X');
  if (hex) ++i;
  const size_t start = i;
  uint32_t value = 0;
  for (; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    uint32_t digit = 0;
    if (absl::ascii_isdigit(c)) {
      digit = static_cast<uint32_t>(c - '0');
    } else if (hex && absl::ascii_isxdigit(c)) {
      digit = static_cast<uint32_t>(absl::ascii_tolower(c) - 'a' + 10);
    } else {
      break;
    }
    if (value < kTooLarge) value = value * (hex ? 16 : 10) + digit;
  }
  *size = i;
  *number = value;
  return i > start;
}

Reference ReadNumericReference(string_view text) {
  Reference r;
  size_t size = 0;
  if (!ReadNumber(text, &size, &r.raw_code_point)) return r;
  r.without_semicolon = size >= text.size() || text[size] != ';';
  r.size = size + (r.without_semicolon ? 0 : 1);
  r.code_point = RepairCodePoint(r.raw_code_point);
  const bool high = r.raw_code_point >= 0xD800 && r.raw_code_point < 0xDC00;
  uint32_t low = 0;
  if (high && !r.without_semicolon && ReadNumber(absl::ClippedSubstr(text, r.size), &size, &low) &&
      low >= 0xDC00 && low < 0xE000 && r.size + size < text.size() && text[r.size + size] == ';') {
    r.size += size + 1;
    r.code_point = 0x10000 + ((r.raw_code_point - 0xD800) << 10) + (low - 0xDC00);
    r.raw_code_point = r.code_point;
  }
  return r;
}

}  // namespace

void AppendUtf8(char32_t c, std::string& out) { text::AppendCodePoint(c, &out); }

char32_t RepairCodePoint(uint32_t c) {
  if (text::IsC1Control(c)) {
    const char32_t meant = text::MeaningOfC1Control(c);
    return meant == 0 ? text::kReplacementCharacter : meant;
  }
  if (c == '\t' || c == '\n' || c == '\r') return c;
  if (c < 0x20 || (c >= 0xD800 && c < 0xE000) || c == 0xFFFE || c == 0xFFFF || c > 0x10FFFF) {
    return text::kReplacementCharacter;
  }
  return c;
}

Reference ReadReference(string_view text) {
  if (text.size() > 1 && text[1] == '#') return ReadNumericReference(text);
  Reference r;
  size_t i = 1;
  while (i < text.size() && i < 64 && IsNameCharacter(text[i])) ++i;
  const string_view name = absl::ClippedSubstr(text, 1, i - 1);
  if (name.empty()) return r;
  const bool closed = i < text.size() && text[i] == ';';
  if (!closed) {
    // The name ends before what HTML would not count to it ("&amp-", "&lt.").
    const size_t end = std::min(name.find_first_of("_-."), name.size());
    const HtmlEntity* entity = FindEntity(name.substr(0, end));
    const bool in_address = end == name.size() && i < text.size() && text[i] == '=';
    if (entity == nullptr || !entity->needs_no_semicolon || in_address) {
      return r;
    }
    r.name = name.substr(0, end);
    r.without_semicolon = true;
    r.size = end + 1;
  } else {
    r.name = name;
    r.size = i + 1;
  }
  if (const HtmlEntity* entity = FindEntity(r.name); entity != nullptr) {
    r.code_point = entity->first;
    r.second = entity->second;
  }
  return r;
}

void AppendReferenced(const Reference& reference, std::string& out) {
  AppendUtf8(reference.code_point, out);
  if (reference.second != 0) AppendUtf8(reference.second, out);
}

std::string DecodeEntities(string_view text) {
  std::string out;
  out.reserve(text.size());
  size_t i = 0;
  while (i < text.size()) {
    const size_t amp = std::min(text.find('&', i), text.size());
    out.append(text.data() + i, amp - i);
    if (amp == text.size()) break;
    const Reference r = ReadReference(absl::ClippedSubstr(text, amp));
    if (r.code_point != 0) {
      AppendReferenced(r, out);
      i = amp + r.size;
    } else {
      out.push_back('&');
      i = amp + 1;
    }
  }
  return out;
}

}  // namespace dateline::ingestion::decode
