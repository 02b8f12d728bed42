#include "services/ingestion/parse/twice_encoded.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

// What windows-1252 has at 0x80 to 0x9F (https://encoding.spec.whatwg.org).
constexpr std::array<uint16_t, 32> kWindows1252 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

bool IsAscii(char c) { return (c & 0x80) == 0; }

size_t SkipAscii(string_view s, size_t i) {
  for (uint64_t eight = 0; i + 8 <= s.size(); i += 8) {
    std::memcpy(&eight, s.data() + i, 8);
    if ((eight & 0x8080808080808080U) != 0) break;
  }
  while (i < s.size() && IsAscii(s[i])) ++i;
  return i;
}

// The byte that windows-1252 (or Latin-1, for its C1 controls) has for the character at `i`, which
// is stepped over; -1 if there is none.
int ByteOf(string_view s, size_t& i) {
  const auto at = [&](size_t k) -> uint32_t {
    return k < s.size() ? static_cast<unsigned char>(s[k]) : 0U;
  };
  uint32_t c = 0;
  if (at(i) < 0xE0) {
    c = (at(i) & 0x1FU) << 6U | (at(i + 1) & 0x3FU);
    i += 2;
  } else if (at(i) < 0xF0) {
    c = (at(i) & 0x0FU) << 12U | (at(i + 1) & 0x3FU) << 6U | (at(i + 2) & 0x3FU);
    i += 3;
  } else {
    return -1;
  }
  if (c >= 0x80 && c <= 0xFF) return static_cast<int>(c);
  const auto* const found = std::find(kWindows1252.begin(), kWindows1252.end(), c);
  return found == kWindows1252.end() ? -1 : 0x80 + static_cast<int>(found - kWindows1252.begin());
}

int Continuations(int lead) {
  if (lead >= 0xC2 && lead < 0xE0) return 1;
  if (lead >= 0xE0 && lead < 0xF0) return 2;
  return lead >= 0xF0 && lead < 0xF5 ? 3 : -1;
}

// Whether three bytes or more of UTF-8 are in their shortest form and no surrogates.
bool IsShortest(int lead, int second) {
  return !((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
           (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F));
}

// Steps over one character that was encoded twice and calls `take` with its bytes.
template <typename Take>
bool StepOver(string_view s, size_t& i, Take&& take) {
  const int lead = ByteOf(s, i);
  const int count = Continuations(lead);
  if (count < 0) return false;
  take(lead);
  for (int k = 0; k < count; ++k) {
    if (i >= s.size() || IsAscii(s[i])) return false;
    const int byte = ByteOf(s, i);
    if (byte < 0x80 || byte > 0xBF || (k == 0 && !IsShortest(lead, byte))) return false;
    take(byte);
  }
  return true;
}

// A few such pairs may be an accident ("CAFÉ»"), unless they begin as most Latin ones do.
bool IsEncodedTwice(string_view s) {
  int characters = 0;
  bool telling = false;
  for (size_t i = SkipAscii(s, 0); i < s.size(); i = SkipAscii(s, i)) {
    const bool valid =
        StepOver(s, i, [&](int byte) { telling = telling || byte == 0xC2 || byte == 0xC3; });
    if (!valid) return false;
    ++characters;
  }
  return characters >= 3 || (characters > 0 && telling);
}

}  // namespace

std::optional<std::string> UndoSecondEncoding(string_view text) {
  if (!IsEncodedTwice(text)) return std::nullopt;
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t end = SkipAscii(text, i);
    out.append(text.data() + i, end - i);
    i = end;
    if (i < text.size()) {
      StepOver(text, i, [&](int byte) { out.push_back(static_cast<char>(byte)); });
    }
  }
  return out;
}

}  // namespace dateline::ingestion::parse
