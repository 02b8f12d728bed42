#ifndef DATELINE_COMMON_TEXT_TEASER_H_
#define DATELINE_COMMON_TEXT_TEASER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "common/base/limits.h"

namespace dateline::text {

// The beginning of a text as a list shows it.
struct Teaser {
  std::string text;        // With the ellipsis if something was cut.
  bool truncated = false;  // Whether something was cut.
};

// The first `words` words of `plain_text` (see WordReader for what a word is), each run of white
// space between them made one space, followed directly by `ellipsis` if and only if there are more
// words. Block elements and line breaks must be white space in `plain_text` already; ill-formed
// UTF-8 is repaired. `words` below 0 counts as 0, above limits::kMaxTeaserWords as that.
// Thread-safe.
Teaser CutTeaser(absl::string_view plain_text, int words = limits::kDefaultTeaserWords,
                 absl::string_view ellipsis = "...");

}  // namespace dateline::text

#endif  // DATELINE_COMMON_TEXT_TEASER_H_
