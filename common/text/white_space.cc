#include "common/text/white_space.h"

#include "common/text/utf8.h"

namespace dateline::text {

std::string CollapseWhiteSpace(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool pending = false;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    i = EndOfPlainWords(text, begin);
    if (i > begin) {
      if (pending) out.push_back(' ');
      pending = false;
      out.append(text.data() + begin, i - begin);
      continue;
    }
    const char32_t c = NextCodePoint(text, &i);
    if (IsWhiteSpace(c)) {
      pending = !out.empty();
      continue;
    }
    if (pending) out.push_back(' ');
    pending = false;
    AppendCodePoint(c, &out);
  }
  return out;
}

}  // namespace dateline::text
