#include "common/text/white_space.h"

#include "common/text/utf8.h"

namespace dateline::text {

std::string CollapseWhiteSpace(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool pending = false;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    const char32_t c = NextCodePoint(text, &i);
    if (IsWhiteSpace(c)) {
      pending = !out.empty();
      continue;
    }
    if (pending) out.push_back(' ');
    pending = false;
    if (c >= 0x80) {
      AppendCodePoint(c, &out);
      continue;
    }
    // Most of a text: as far as it goes, by one copy.
    while (i < text.size() && static_cast<signed char>(text[i]) > ' ') ++i;
    out.append(text.data() + begin, i - begin);
  }
  return out;
}

}  // namespace dateline::text
