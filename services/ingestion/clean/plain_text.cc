#include "services/ingestion/clean/plain_text.h"

#include "common/text/utf8.h"
#include "common/text/white_space.h"

namespace dateline::ingestion {

void PlainText::Append(absl::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const size_t begin = i;
    size_t next = i;
    while (i < text.size()) {
      next = i;
      const auto byte = static_cast<unsigned char>(text[i]);
      // Only these lead bytes begin a white-space character beyond ASCII.
      const bool rare = byte == 0xC2 || byte == 0xE1 || byte == 0xE2 || byte == 0xE3;
      if (byte > 0x20 && !rare) {
        ++i;
        continue;
      }
      if (text::IsWhiteSpace(text::NextCodePoint(text, &next))) break;
      i = next;
    }
    if (i > begin) {
      if (gap_ != '\0') text_.push_back(gap_);
      gap_ = '\0';
      text_.append(text.data() + begin, i - begin);
    }
    if (i < text.size()) {
      if (gap_ == '\0' && !text_.empty()) gap_ = ' ';
      i = next;
    }
  }
}

}  // namespace dateline::ingestion
