#include "services/ingestion/decode/xml_scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>

#include "absl/strings/ascii.h"
#include "common/text/utf8.h"

namespace dateline::ingestion::decode {
namespace {

template <bool kInCdata>
bool IsSpecial(unsigned char b) {
  const bool control = b < 0x20 && b != '\n' && b != '\t' && b != '\r';
  return control || (!kInCdata && (b == '&' || b == '<')) || b == 0xC2 || b == 0xEF;
}

#ifdef __SSE2__
// A bit for each of sixteen bytes that IsSpecial.
template <bool kInCdata>
unsigned SpecialMask(const char* p) {
  const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const auto is = [v](char c) { return _mm_cmpeq_epi8(v, _mm_set1_epi8(c)); };
  const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v);
  const __m128i blank = _mm_or_si128(_mm_or_si128(is('\n'), is('\t')), is('\r'));
  __m128i special =
      _mm_or_si128(_mm_andnot_si128(blank, low),
                   _mm_or_si128(is(static_cast<char>(0xC2)), is(static_cast<char>(0xEF))));
  if (!kInCdata) special = _mm_or_si128(special, _mm_or_si128(is('&'), is('<')));
  return static_cast<unsigned>(_mm_movemask_epi8(special));
}
#endif

template <bool kInCdata>
size_t Find(absl::string_view text, size_t i) {
  const size_t size = text.size();
#ifdef __SSE2__
  for (; i + 16 <= size; i += 16) {
    const unsigned mask = SpecialMask<kInCdata>(text.data() + i);
    if (mask != 0) return i + static_cast<size_t>(std::countr_zero(mask));
  }
#endif
  while (i < size && !IsSpecial<kInCdata>(static_cast<unsigned char>(text[i]))) ++i;
  return i;
}

constexpr std::array<bool, 128> MakeNameTable(bool start) {
  std::array<bool, 128> table{};
  for (size_t c = 0; c < table.size(); ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool later = (c >= '0' && c <= '9') || c == '-' || c == '.';
    table[c] = letter || c == '_' || c == ':' || (!start && later);
  }
  return table;
}

constexpr std::array<bool, 128> kNameStart = MakeNameTable(true);
constexpr std::array<bool, 128> kName = MakeNameTable(false);

struct Range {
  char32_t first, last;
};

// NameStartChar above ASCII, and what NameChar has beside. U+FFFD is left out, since it stands for
// a position within a character, too.
constexpr Range kNameStartRanges[] = {{0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},
                                      {0x370, 0x37D},   {0x37F, 0x1FFF},  {0x200C, 0x200D},
                                      {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF},
                                      {0xF900, 0xFDCF}, {0xFDF0, 0xFFFC}, {0x10000, 0xEFFFF}};
constexpr Range kNameRanges[] = {{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}};

bool IsNameCodePoint(char32_t c, bool start) {
  const auto has = [c](const Range& r) { return c >= r.first && c <= r.last; };
  return std::any_of(std::begin(kNameStartRanges), std::end(kNameStartRanges), has) ||
         (!start && std::any_of(std::begin(kNameRanges), std::end(kNameRanges), has));
}

}  // namespace

size_t FindSpecial(absl::string_view text, size_t i) { return Find<false>(text, i); }

size_t FindSpecialInCdata(absl::string_view text, size_t i) { return Find<true>(text, i); }

size_t NameLength(absl::string_view text, size_t i) {
  const size_t begin = i;
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      if (i == begin ? !kNameStart[byte] : !kName[byte]) break;
      ++i;
      continue;
    }
    size_t next = i;
    if (!IsNameCodePoint(text::NextCodePoint(text, &next), i == begin)) break;
    i = next;
  }
  return i - begin;
}

}  // namespace dateline::ingestion::decode
