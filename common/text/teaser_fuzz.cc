#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "common/text/slug.h"
#include "common/text/teaser.h"
#include "common/text/utf8.h"
#include "common/text/white_space.h"
#include "common/text/words.h"

// Cuts arbitrary bytes: the result is valid UTF-8, has at most the words asked for, says truthfully
// whether it was cut, and without a cut is the text.
namespace dateline::text {
namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void Check(int words, absl::string_view input) {
  const std::string valid = RepairUtf8(input);
  Require(IsValidUtf8(valid) && RepairUtf8(valid) == valid);
  const int64_t count = CountWords(valid);
  const Teaser teaser = CutTeaser(input, words, "");
  Require(IsValidUtf8(teaser.text));
  Require(teaser.truncated == (count > words));
  if (!teaser.truncated) Require(teaser.text == CollapseWhiteSpace(input));
  Require(CutTeaser(input, words).text == teaser.text + (teaser.truncated ? "..." : ""));
  const std::string folded = Fold(input);
  Require(Fold(folded) == folded);
  const std::string slug = Slugify(input.substr(0, 200));
  Require(slug.size() <= limits::kMaxIdLength && Slugify(slug) == slug);
}

}  // namespace
}  // namespace dateline::text

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  dateline::text::Check(data[0] % 64,
                        absl::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  return 0;
}
