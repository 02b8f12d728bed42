#include "common/html/plain_text.h"

#include <array>

#include "common/text/utf8.h"
#include "common/text/white_space.h"

namespace dateline::html {
namespace {

constexpr std::array<bool, 256> kMayBeginWhiteSpace = [] {
  std::array<bool, 256> table{};
  for (size_t c = 0; c < table.size(); ++c) {
    table[c] = text::MayBeginWhiteSpace(static_cast<char>(c));
  }
  return table;
}();

bool MayBeginWhiteSpace(char byte) { return kMayBeginWhiteSpace[static_cast<unsigned char>(byte)]; }

// Whether a white-space character stands at `*i`; moves `*i` behind the character.
bool ReadWhiteSpace(absl::string_view text, size_t* i) {
  return text::IsWhiteSpace(text::NextCodePoint(text, i));
}

// The end of the words that stand in `text` from `begin` with single spaces between them.
size_t EndOfWords(absl::string_view text, size_t begin) {
  size_t i = begin;
  while (i < text.size()) {
    if (!MayBeginWhiteSpace(text[i])) {
      ++i;
    } else if (text[i] == ' ' && i + 1 < text.size() && !MayBeginWhiteSpace(text[i + 1])) {
      i += 2;
    } else {
      size_t next = i;
      if (ReadWhiteSpace(text, &next)) break;
      i = next;
    }
  }
  return i;
}

// The end of the white space that stands in `text` from `begin`.
size_t EndOfWhiteSpace(absl::string_view text, size_t begin) {
  size_t i = begin;
  while (i < text.size() && MayBeginWhiteSpace(text[i])) {
    size_t next = i;
    if (!ReadWhiteSpace(text, &next)) break;
    i = next;
  }
  return i;
}

}  // namespace

void PlainText::AppendWords(absl::string_view words) {
  text_.append(gap_);
  gap_.clear();
  text_.append(words.data(), words.size());
}

void PlainText::Append(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t begin = EndOfWhiteSpace(text, i);
    if (begin > i && gap_.empty() && !text_.empty()) gap_.assign(1, ' ');
    i = EndOfWords(text, begin);
    if (i > begin) AppendWords(absl::ClippedSubstr(text, begin, i - begin));
  }
}

void PlainText::AppendPreformatted(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t begin = EndOfWhiteSpace(text, i);
    if (!text_.empty()) gap_.append(text.data() + i, begin - i);
    i = EndOfWords(text, begin);
    if (i > begin) AppendWords(absl::ClippedSubstr(text, begin, i - begin));
  }
}

}  // namespace dateline::html
