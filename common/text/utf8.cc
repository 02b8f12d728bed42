#include "common/text/utf8.h"

#include <cstring>

namespace dateline::text {
namespace {

// Length of the sequence that `lead` begins, and the range allowed for its second byte (Unicode
// table 3-7); length 0 for a byte that begins none.
struct Lead {
  int length;
  uint8_t second_low;
  uint8_t second_high;
};

Lead Classify(uint8_t lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// Reads one sequence; false if it is ill-formed (then `*position` stands behind its maximal
// subpart).
bool ReadSequence(absl::string_view text, size_t* position, char32_t* code_point) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte((*position)++);
  if (first < 0x80) {
    *code_point = first;
    return true;
  }
  const Lead lead = Classify(first);
  if (lead.length == 0) return false;
  char32_t value = first & (0xFF >> (lead.length + 1));
  for (int i = 1; i < lead.length; ++i) {
    if (*position >= text.size()) return false;
    const uint8_t next = byte(*position);
    const uint8_t low = i == 1 ? lead.second_low : 0x80;
    const uint8_t high = i == 1 ? lead.second_high : 0xBF;
    if (next < low || next > high) return false;
    value = (value << 6) | (next & 0x3F);
    ++*position;
  }
  *code_point = value;
  return true;
}

// Length of the ASCII prefix of `text` from `position`, eight bytes at a time.
size_t SkipAscii(absl::string_view text, size_t position) {
  while (position + sizeof(uint64_t) <= text.size()) {
    uint64_t word;
    std::memcpy(&word, text.data() + position, sizeof(word));
    if (word & 0x8080808080808080u) break;
    position += sizeof(word);
  }
  while (position < text.size() && static_cast<uint8_t>(text[position]) < 0x80) ++position;
  return position;
}

}  // namespace

char32_t NextCodePoint(absl::string_view text, size_t* position) {
  char32_t code_point = kReplacementCharacter;
  return ReadSequence(text, position, &code_point) ? code_point : kReplacementCharacter;
}

void AppendCodePoint(char32_t c, std::string* out) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = kReplacementCharacter;
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
    return;
  }
  const auto tail = [&](int shift) {
    out->push_back(static_cast<char>(0x80 | ((c >> shift) & 0x3F)));
  };
  if (c < 0x800) {
    out->push_back(static_cast<char>(0xC0 | (c >> 6)));
  } else if (c < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | (c >> 12)));
    tail(6);
  } else {
    out->push_back(static_cast<char>(0xF0 | (c >> 18)));
    tail(12);
    tail(6);
  }
  tail(0);
}

bool IsValidUtf8(absl::string_view text) {
  char32_t ignored;
  for (size_t i = SkipAscii(text, 0); i < text.size(); i = SkipAscii(text, i)) {
    // Two bytes, as most alphabets need, without a call for each.
    while (i + 1 < text.size() && static_cast<uint8_t>(text[i]) >= 0xC2 &&
           static_cast<uint8_t>(text[i]) <= 0xDF && (static_cast<uint8_t>(text[i + 1]) >> 6) == 2) {
      i += 2;
    }
    if (i == text.size() || static_cast<uint8_t>(text[i]) < 0x80) continue;
    if (!ReadSequence(text, &i, &ignored)) return false;
  }
  return true;
}

std::string RepairUtf8(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  char32_t ignored;
  size_t i = 0;
  while (i < text.size()) {
    const size_t begin = i;
    i = SkipAscii(text, i);
    if (i == begin && !ReadSequence(text, &i, &ignored)) {
      AppendCodePoint(kReplacementCharacter, &out);
    } else {
      out.append(text.data() + begin, i - begin);
    }
  }
  return out;
}

int64_t CountCodePoints(absl::string_view text) {
  int64_t count = 0;
  char32_t ignored;
  size_t i = 0;
  while (i < text.size()) {
    const size_t end = SkipAscii(text, i);
    count += static_cast<int64_t>(end - i);
    i = end;
    if (i < text.size()) {
      ReadSequence(text, &i, &ignored);
      ++count;
    }
  }
  return count;
}

absl::string_view TruncateUtf8(absl::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<uint8_t>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

}  // namespace dateline::text
