#ifndef DATELINE_COMMON_ERRORS_EXCERPT_H_
#define DATELINE_COMMON_ERRORS_EXCERPT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::error {

// `text` as an error may repeat it: at most `bytes` bytes of valid UTF-8 on one line. What is
// longer is cut between two code points and ends in "..."; control characters and bytes that are
// not UTF-8 are written as \xNN. Looks at no more of the text than it keeps. Pure.
std::string Excerpt(absl::string_view text, size_t bytes);

}  // namespace dateline::error

#endif  // DATELINE_COMMON_ERRORS_EXCERPT_H_
