#include "services/ingestion/tag/tokens.h"

#include <unicode/uchar.h>

#include "absl/strings/ascii.h"
#include "common/text/slug.h"
#include "common/text/utf8.h"
#include "common/text/words.h"

namespace dateline::ingestion {
namespace {

bool IsWordCharacter(char32_t c) {
  if (c < 0x80) return absl::ascii_isalnum(static_cast<unsigned char>(c));
  constexpr uint32_t kMask = U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK;
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & kMask) != 0;
}

bool IsLetter(char32_t c) {
  if (c < 0x80) return absl::ascii_isalpha(static_cast<unsigned char>(c));
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_L_MASK) != 0;
}

bool IsKatakana(char32_t c) {
  return (c >= 0x30A1 && c <= 0x30FF && c != 0x30FB) || (c >= 0x31F0 && c <= 0x31FF) ||
         (c >= 0xFF66 && c <= 0xFF9F);
}

// Which characters go together to a word.
enum class Class { kNone, kWord, kKatakana, kAlone };

Class ClassOf(char32_t c) {
  if (c < 0x80) return IsWordCharacter(c) ? Class::kWord : Class::kNone;
  if (IsKatakana(c)) return Class::kKatakana;
  if (!IsWordCharacter(c)) return Class::kNone;
  return text::WritesWithoutSpaces(c) ? Class::kAlone : Class::kWord;
}

}  // namespace

void TokenReader::Start() {
  folded_.clear();
  length_ = capitals_ = digits_ = 0;
  ascii_ = true;
  has_letter_ = has_small_ = initial_ = initial_capital_ = dotted_ = alone_ = false;
}

inline void TokenReader::AddAscii(unsigned char c) {
  const bool first = length_++ == 0;
  const bool upper = absl::ascii_isupper(c);
  const bool letter = absl::ascii_isalpha(c);
  capitals_ += upper;
  digits_ += !letter;
  has_letter_ |= letter;
  has_small_ |= letter && !upper;
  if (first) initial_ = initial_capital_ = upper;
  folded_.push_back(static_cast<char>(absl::ascii_tolower(c)));
}

void TokenReader::Add(char32_t c) {
  if (c < 0x80) return AddAscii(static_cast<unsigned char>(c));
  const bool first = length_++ == 0;
  ascii_ = false;
  const auto icu = static_cast<UChar32>(c);
  const bool upper = u_isupper(icu) || u_istitle(icu);
  const bool small = u_islower(icu);
  capitals_ += upper;
  has_letter_ |= IsLetter(c);
  has_small_ |= small;
  if (first) {
    initial_ = !small;
    initial_capital_ = upper;
  }
}

bool TokenReader::TakeAbbreviation(size_t begin, size_t end) {
  size_t next = begin;
  const char32_t letter = text::NextCodePoint(text_, &next);
  if (!IsLetter(letter)) return false;
  std::string letters(absl::ClippedSubstr(text_, begin, end - begin));
  size_t at = end;
  int count = 1;
  while (at < text_.size() && text_[at] == '.') {
    size_t i = at + 1;
    if (i >= text_.size()) break;
    const size_t from = i;
    const char32_t c = text::NextCodePoint(text_, &i);
    if (!IsLetter(c)) break;
    if (i < text_.size()) {
      size_t after = i;
      if (IsWordCharacter(text::NextCodePoint(text_, &after))) break;
    }
    letters.append(text_.data() + from, i - from);
    at = i;
    ++count;
  }
  if (count < 2) return false;
  if (at < text_.size() && text_[at] == '.') ++at;
  Start();
  for (size_t i = 0; i < letters.size();) Add(text::NextCodePoint(letters, &i));
  if (!ascii_) folded_ = text::Fold(letters);
  dotted_ = true;
  position_ = at;
  return true;
}

bool TokenReader::Next() {
  size_t i = position_;
  while (i < text_.size()) {
    const auto byte = static_cast<unsigned char>(text_[i]);
    if (byte < 0x80 && !absl::ascii_isalnum(byte)) {
      ++i;
      continue;
    }
    size_t end = i;
    char32_t c = text::NextCodePoint(text_, &end);
    const Class kind = ClassOf(c);
    if (kind == Class::kNone) {
      i = end;
      continue;
    }
    const size_t begin = i;
    Start();
    Add(c);
    while (kind != Class::kAlone && end < text_.size()) {
      const auto next = static_cast<unsigned char>(text_[end]);
      if (next < 0x80) {
        if (kind != Class::kWord || !absl::ascii_isalnum(next)) break;
        AddAscii(next);
        ++end;
        continue;
      }
      size_t after = end;
      c = text::NextCodePoint(text_, &after);
      if (ClassOf(c) != kind) break;
      Add(c);
      end = after;
    }
    if (length_ == 1 && end + 1 < text_.size() && text_[end] == '.' &&
        TakeAbbreviation(begin, end)) {
      return true;
    }
    if (!ascii_) folded_ = text::Fold(absl::ClippedSubstr(text_, begin, end - begin));
    alone_ = kind == Class::kAlone;
    position_ = end;
    return true;
  }
  position_ = text_.size();
  return false;
}

}  // namespace dateline::ingestion
