#include "services/ingestion/clean/plain_text.h"

#include "common/text/utf8.h"
#include "common/text/white_space.h"

namespace dateline::ingestion {
namespace {

// The end of what is (`white_space`) or is not white space in `text` from `begin`.
size_t EndOfRun(absl::string_view text, size_t begin, bool white_space) {
  size_t i = begin;
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // Only these lead bytes begin a white-space character beyond ASCII.
    const bool rare = byte == 0xC2 || byte == 0xE1 || byte == 0xE2 || byte == 0xE3;
    if (byte > 0x20 && !rare) {
      if (white_space) break;
      ++i;
      continue;
    }
    size_t next = i;
    if (text::IsWhiteSpace(text::NextCodePoint(text, &next)) != white_space) break;
    i = next;
  }
  return i;
}

}  // namespace

void PlainText::AppendWord(absl::string_view word) {
  text_.append(gap_);
  gap_.clear();
  text_.append(word.data(), word.size());
}

void PlainText::Append(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t end = EndOfRun(text, i, /*white_space=*/false);
    if (end > i) AppendWord(text.substr(i, end - i));
    i = EndOfRun(text, end, /*white_space=*/true);
    if (i > end && gap_.empty() && !text_.empty()) gap_ = " ";
  }
}

void PlainText::AppendPreformatted(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t end = EndOfRun(text, i, /*white_space=*/false);
    if (end > i) AppendWord(text.substr(i, end - i));
    i = EndOfRun(text, end, /*white_space=*/true);
    if (!text_.empty()) gap_.append(text.data() + end, i - end);
  }
}

}  // namespace dateline::ingestion
