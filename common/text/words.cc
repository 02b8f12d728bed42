#include "common/text/words.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>

#include "common/text/utf8.h"
#include "common/text/white_space.h"

namespace dateline::text {
namespace {

struct Range {
  char32_t first, last;
};

// Blocks of Unicode 15, sorted.
constexpr Range kWithoutSpaces[] = {
    {0x0E01, 0x0E7F},    // Thai
    {0x0E80, 0x0EFF},    // Lao
    {0x1000, 0x109F},    // Burmese
    {0x1780, 0x17FF},    // Khmer
    {0x19E0, 0x19FF},    // Khmer symbols
    {0x2E80, 0x2FDF},    // CJK and Kangxi radicals
    {0x3005, 0x3007},    // ideographic iteration mark, closing mark and zero
    {0x3021, 0x3029},    // Hangzhou numerals
    {0x3031, 0x3035},    // kana repeat marks
    {0x3041, 0x30FF},    // hiragana, katakana
    {0x3105, 0x312F},    // bopomofo
    {0x31A0, 0x31BF},    // bopomofo extended
    {0x31F0, 0x31FF},    // katakana extensions
    {0x3400, 0x4DBF},    // Han A
    {0x4E00, 0x9FFF},    // Han
    {0xA9E0, 0xA9FF},    // Burmese extended B
    {0xAA60, 0xAA7F},    // Burmese extended A
    {0xF900, 0xFAFF},    // Han compatibility
    {0xFF66, 0xFF9F},    // half-width katakana
    {0x1AFF0, 0x1B16F},  // kana supplement and extensions
    {0x20000, 0x323AF},  // Han B to H
};

// What a byte says of where a word ends.
enum class ByteKind : uint8_t { kDecode, kInside, kWhiteSpace };

// Bytes inside a word are those of no white space and of no script without spaces; bytes inside a
// character are among them, since its first byte decides.
constexpr std::array<ByteKind, 256> kByteKinds = [] {
  std::array<ByteKind, 256> table{};
  for (unsigned c = 0; c <= 0x20; ++c) {
    if (IsWhiteSpace(c)) table[c] = ByteKind::kWhiteSpace;
  }
  for (unsigned c = 0x21; c <= 0xDF; ++c) {
    if (c != 0xC0 && c != 0xC1 && c != 0xC2) table[c] = ByteKind::kInside;
  }
  return table;
}();

ByteKind KindOf(char byte) { return kByteKinds[static_cast<uint8_t>(byte)]; }

// Where what is not white space begins in `text` from `begin`.
size_t EndOfWhiteSpace(absl::string_view text, size_t begin) {
  while (begin < text.size()) {
    const ByteKind kind = KindOf(text[begin]);
    if (kind == ByteKind::kInside) break;
    size_t next = begin + 1;
    if (kind == ByteKind::kDecode) {
      next = begin;
      if (!IsWhiteSpace(NextCodePoint(text, &next))) break;
    }
    begin = next;
  }
  return begin;
}

// ICU's root word breaker of this thread, which knows the dictionaries of all these scripts; null
// only if ICU's data are missing.
icu::BreakIterator* WordBreaker() {
  thread_local const std::unique_ptr<icu::BreakIterator> breaker = [] {
    UErrorCode error = U_ZERO_ERROR;
    return std::unique_ptr<icu::BreakIterator>(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
  }();
  return breaker.get();
}

bool OpensAWord(absl::string_view text, int32_t offset) {
  auto position = static_cast<size_t>(offset);
  const int8_t type = u_charType(static_cast<UChar32>(NextCodePoint(text, &position)));
  return type == U_START_PUNCTUATION || type == U_INITIAL_PUNCTUATION;
}

// The end of what stands in `text` from `begin` up to white space; `*segmented` is set if it
// contains a character of a script without spaces.
size_t EndOfToken(absl::string_view text, size_t begin, bool* segmented) {
  size_t end = begin;
  while (end < text.size()) {
    const ByteKind kind = KindOf(text[end]);
    if (kind == ByteKind::kInside) {
      ++end;
      continue;
    }
    if (kind == ByteKind::kWhiteSpace) break;
    size_t next = end;
    const char32_t c = NextCodePoint(text, &next);
    if (IsWhiteSpace(c)) break;
    *segmented = *segmented || WritesWithoutSpaces(c);
    end = next;
  }
  return end;
}

}  // namespace

bool WritesWithoutSpaces(char32_t c) {
  if (c < kWithoutSpaces[0].first) return false;
  const Range* range = std::lower_bound(std::begin(kWithoutSpaces), std::end(kWithoutSpaces), c,
                                        [](const Range& r, char32_t v) { return r.last < v; });
  return range != std::end(kWithoutSpaces) && range->first <= c;
}

void WordReader::Segment(absl::string_view token) {
  token_ = token;
  token_ends_.clear();
  next_end_ = 0;
  UErrorCode error = U_ZERO_ERROR;
  icu::BreakIterator* breaker = WordBreaker();
  UText utext = UTEXT_INITIALIZER;
  utext_openUTF8(&utext, token.data(), static_cast<int64_t>(token.size()), &error);
  if (breaker != nullptr && U_SUCCESS(error)) breaker->setText(&utext, error);
  if (breaker != nullptr && U_SUCCESS(error)) {
    int32_t begin = breaker->first();
    bool word_open =
        false;  // The last entry of token_ends_ is a word that still takes punctuation.
    for (int32_t end = breaker->next(); end != icu::BreakIterator::DONE; end = breaker->next()) {
      const bool is_word = breaker->getRuleStatus() >= UBRK_WORD_NONE_LIMIT;
      if (is_word) {
        token_ends_.push_back(end);
        word_open = true;
      } else if (OpensAWord(token, begin)) {
        word_open = false;
      } else if (word_open) {
        token_ends_.back() = end;
      }
      begin = end;
    }
  }
  utext_close(&utext);
  const auto whole = static_cast<int32_t>(token.size());
  if (token_ends_.empty()) token_ends_.push_back(whole);
  token_ends_.back() = whole;
}

bool WordReader::Next() {
  after_space_ = false;
  if (next_end_ < token_ends_.size()) {
    const auto begin = static_cast<size_t>(token_ends_[next_end_ - 1]);
    const auto end = static_cast<size_t>(token_ends_[next_end_++]);
    word_ = absl::ClippedSubstr(token_, begin, end - begin);
    return true;
  }
  const size_t begin = EndOfWhiteSpace(text_, position_);
  if (begin == text_.size()) return false;
  after_space_ = begin > position_;
  bool segmented = false;
  position_ = EndOfToken(text_, begin, &segmented);
  word_ = absl::ClippedSubstr(text_, begin, position_ - begin);
  token_ends_.clear();
  next_end_ = 0;
  if (segmented) {
    Segment(word_);
    word_ = token_.substr(0, static_cast<size_t>(token_ends_[next_end_++]));
  }
  return true;
}

int64_t CountWords(absl::string_view text) {
  int64_t count = 0;
  for (size_t i = EndOfWhiteSpace(text, 0); i < text.size();) {
    bool segmented = false;
    const size_t end = EndOfToken(text, i, &segmented);
    if (segmented) {
      for (WordReader reader(absl::ClippedSubstr(text, i, end - i)); reader.Next();) ++count;
    } else {
      ++count;
    }
    i = EndOfWhiteSpace(text, end);
  }
  return count;
}

}  // namespace dateline::text
