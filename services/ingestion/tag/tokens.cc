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

}  // namespace

void TokenReader::Finish(size_t begin, size_t end, bool ascii) {
  const absl::string_view word = text_.substr(begin, end - begin);
  position_ = end;
  capitals_ = false;
  if (!ascii) {
    folded_ = text::Fold(word);
    return;
  }
  folded_.clear();
  int upper = 0, lower = 0;
  for (const char c : word) {
    const auto u = static_cast<unsigned char>(c);
    upper += absl::ascii_isupper(u);
    lower += absl::ascii_islower(u);
    folded_.push_back(static_cast<char>(absl::ascii_tolower(u)));
  }
  capitals_ = lower == 0 && upper >= 2;
}

bool TokenReader::Next() {
  size_t begin = position_;
  bool ascii = true;
  for (size_t i = position_; i < text_.size();) {
    const size_t at = i;
    const char32_t c = text::NextCodePoint(text_, &i);
    const bool alone = text::WritesWithoutSpaces(c);
    if (IsWordCharacter(c) && !alone) {
      ascii = ascii && c < 0x80;
      if (i == text_.size()) {
        Finish(begin, i, ascii);
        return true;
      }
      continue;
    }
    if (at > begin) {
      Finish(begin, at, ascii);
      return true;
    }
    if (alone && IsWordCharacter(c)) {
      Finish(at, i, false);
      return true;
    }
    begin = i;
  }
  position_ = text_.size();
  return false;
}

}  // namespace dateline::ingestion
