#include "common/text/teaser.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/text/utf8.h"
#include "common/text/words.h"

namespace dateline::text {
namespace {

constexpr absl::string_view kZeroWidthSpace = "\u200B";

}  // namespace

Teaser CutTeaser(absl::string_view plain_text, int words, absl::string_view ellipsis) {
  std::string repaired;
  if (!IsValidUtf8(plain_text)) {
    repaired = RepairUtf8(plain_text);
    plain_text = repaired;
  }
  words = std::min(words, limits::kMaxTeaserWords);
  Teaser teaser;
  WordReader reader(plain_text);
  for (int kept = 0; reader.Next(); ++kept) {
    if (kept >= words) {
      teaser.truncated = true;
      // Khmer and others part words by a space without width, which shows nothing before the cut.
      while (absl::EndsWith(teaser.text, kZeroWidthSpace)) {
        teaser.text.resize(teaser.text.size() - kZeroWidthSpace.size());
      }
      absl::StrAppend(&teaser.text, ellipsis);
      break;
    }
    absl::StrAppend(&teaser.text, reader.after_space() && kept > 0 ? " " : "", reader.word());
  }
  return teaser;
}

}  // namespace dateline::text
