#include "common/errors/excerpt.h"

#include "absl/strings/str_cat.h"
#include "common/text/utf8.h"

namespace dateline::error {
namespace {

constexpr absl::string_view kCut = "...";

// Appends the code point at `*position`, or its bytes escaped.
void AppendNext(absl::string_view text, size_t* position, std::string* out) {
  const size_t begin = *position;
  text::NextCodePoint(text, position);
  const absl::string_view bytes = text.substr(begin, *position - begin);
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (first >= 0x20 && first != 0x7F && text::IsValidUtf8(bytes)) {
    absl::StrAppend(out, bytes);
    return;
  }
  for (const char c : bytes) {
    absl::StrAppend(out, "\\x", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
  }
}

}  // namespace

std::string Excerpt(absl::string_view text, size_t bytes) {
  std::string out;
  size_t fits = 0;  // The length up to which there is room for the dots.
  size_t position = 0;
  while (position < text.size()) {
    AppendNext(text, &position, &out);
    if (out.size() + kCut.size() <= bytes) fits = out.size();
    if (out.size() > bytes) {
      out.resize(fits);
      if (fits + kCut.size() <= bytes) absl::StrAppend(&out, kCut);
      return out;
    }
  }
  return out;
}

}  // namespace dateline::error
