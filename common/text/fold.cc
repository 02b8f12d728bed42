#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "common/text/slug.h"
#include "common/text/utf8.h"
#include "common/text/white_space.h"

namespace dateline::text {
namespace {

// Code points below this are folded by a table.
constexpr char32_t kTableSize = 0x3000;

bool IsAccent(UChar32 c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
         (c >= 0x1DC0 && c <= 0x1DFF);
}

// Letters and signs that no normalisation form takes apart.
const char* PlainForm(char32_t c) {
  switch (c) {
    case 0x142:
      return "l";
    case 0xF8:
      return "o";
    case 0x111:
    case 0xF0:
      return "d";
    case 0x127:
      return "h";
    case 0x131:
      return "i";
    case 0x167:
      return "t";
    case 0xE6:
      return "ae";
    case 0x153:
      return "oe";
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2BC:
    case 0x2B9:
      return "'";
    case 0x201C:
    case 0x201D:
    case 0xAB:
    case 0xBB:
      return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2212:
      return "-";
    default:
      return nullptr;
  }
}

void AppendPlain(const icu::UnicodeString& text, std::string* out) {
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    // A spacing accent decomposes into a space and the accent: nothing is left of it.
    if (IsAccent(c) || c == ' ') continue;
    if (const char* plain = PlainForm(static_cast<char32_t>(c))) {
      *out += plain;
    } else {
      AppendCodePoint(static_cast<char32_t>(c), out);
    }
  }
}

// Folds one code point without regard to its neighbours: with accents gone, nothing is left to
// compose.
std::string FoldCodePoint(char32_t c) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* casefold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const icu::Normalizer2* decompose = icu::Normalizer2::getNFDInstance(error);
  icu::UnicodeString text(static_cast<UChar32>(c));
  if (U_SUCCESS(error)) text = casefold->normalize(text, error);
  // Hangul syllables stay whole.
  if (U_SUCCESS(error) && (c < 0xAC00 || c > 0xD7A3)) text = decompose->normalize(text, error);
  std::string out;
  AppendPlain(text, &out);
  return out;
}

const std::string& FoldedBelowTableSize(char32_t c) {
  static const std::array<std::string, kTableSize>* const table = [] {
    auto* filled = new std::array<std::string, kTableSize>;
    for (char32_t i = 0; i < kTableSize; ++i) (*filled)[i] = FoldCodePoint(i);
    return filled;
  }();
  return (*table)[c];
}

}  // namespace

std::string Fold(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool pending = false;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    i = EndOfPlainWords(text, begin);
    if (i > begin) {
      if (pending) out.push_back(' ');
      pending = false;
      const size_t copy = out.size();
      out.append(text.data() + begin, i - begin);
      for (size_t k = copy; k < out.size(); ++k) out[k] = absl::ascii_tolower(out[k]);
      continue;
    }
    const char32_t c = NextCodePoint(text, &i);
    if (IsWhiteSpace(c)) {
      pending = !out.empty();
      continue;
    }
    const size_t end = out.size();
    if (c < kTableSize) {
      out += FoldedBelowTableSize(c);
    } else {
      out += FoldCodePoint(c);
    }
    if (out.size() == end) continue;
    if (pending) out.insert(end, 1, ' ');
    pending = false;
  }
  return out;
}

}  // namespace dateline::text
