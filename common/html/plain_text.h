#ifndef DATELINE_COMMON_HTML_PLAIN_TEXT_H_
#define DATELINE_COMMON_HTML_PLAIN_TEXT_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace dateline::html {

// Gathers the plain text of a tree: each run of white space one space, each end of a block or line
// one line feed, preformatted text as it is, nothing at the ends. Alternative texts of pictures are
// no part of it. Not thread-safe.
class PlainText {
 public:
  // The result is expected to have at most about `expected_bytes`.
  explicit PlainText(size_t expected_bytes) { text_.reserve(expected_bytes); }

  // Adds valid UTF-8.
  void Append(absl::string_view text);

  // Adds valid UTF-8 whose white space is kept, but for that before the end of a block.
  void AppendPreformatted(absl::string_view text);

  // A block or line ends here.
  void Break() {
    if (!text_.empty()) gap_.assign(1, '\n');
  }

  std::string Take() && { return std::move(text_); }

 private:
  void AppendWords(absl::string_view words);

  std::string text_;
  std::string gap_;  // White space between the text so far and what comes.
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_PLAIN_TEXT_H_
