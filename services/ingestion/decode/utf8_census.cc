#include "services/ingestion/decode/utf8_census.h"

#include <cstdint>
#include <cstring>

namespace dateline::ingestion::decode {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;

uint64_t Load(const char* p) {
  uint64_t word;
  std::memcpy(&word, p, sizeof(word));
  return word;
}

}  // namespace

size_t SkipAscii(absl::string_view text, size_t i) {
  const char* p = text.data();
  const size_t size = text.size();
  // Four words at a time: wide enough for the compiler's vectors.
  while (i + 32 <= size) {
    const uint64_t any = Load(p + i) | Load(p + i + 8) | Load(p + i + 16) | Load(p + i + 24);
    if ((any & kHighBits) != 0) break;
    i += 32;
  }
  while (i + 8 <= size && (Load(p + i) & kHighBits) == 0) i += 8;
  while (i < size && static_cast<unsigned char>(p[i]) < 0x80) ++i;
  return i;
}

size_t Utf8SequenceAt(absl::string_view text, size_t i) {
  const size_t left = text.size() - i;
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(text[i + k]); };
  const auto continues = [&](size_t k) { return (byte(k) & 0xC0) == 0x80; };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4 || left < 2 || !continues(1)) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) {
    const bool fits = left >= 3 && continues(2) && (lead != 0xE0 || byte(1) >= 0xA0) &&
                      (lead != 0xED || byte(1) < 0xA0);
    return fits ? 3 : 0;
  }
  const bool fits = left >= 4 && continues(2) && continues(3) &&
                    (lead != 0xF0 || byte(1) >= 0x90) && (lead != 0xF4 || byte(1) < 0x90);
  return fits ? 4 : 0;
}

Utf8Census TakeUtf8Census(absl::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const size_t size = text.size();
  Utf8Census census;
  for (size_t i = SkipAscii(text, 0); i < size;) {
    const unsigned char byte = p[i];
    if (byte < 0x80) {
      // Single blanks and signs stand between words of other alphabets, long runs between those.
      const bool run = i + 8 <= size && (Load(text.data() + i) & kHighBits) == 0;
      i = run ? SkipAscii(text, i + 8) : i + 1;
    } else if (byte >= 0xC2 && byte < 0xE0 && i + 1 < size && (p[i + 1] & 0xC0) == 0x80) {
      ++census.sequences;
      i += 2;
    } else if (const size_t length = Utf8SequenceAt(text, i); length > 0) {
      ++census.sequences;
      ++census.long_sequences;
      i += length;
    } else {
      ++census.bad;
      ++i;
    }
  }
  return census;
}

}  // namespace dateline::ingestion::decode
