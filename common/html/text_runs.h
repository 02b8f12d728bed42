#ifndef DATELINE_COMMON_HTML_TEXT_RUNS_H_
#define DATELINE_COMMON_HTML_TEXT_RUNS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/html/tag_survey.h"

namespace dateline::html {

// Keeps the long texts of a document from its parser, which takes every character through all its
// rules although only the first of a text tells them anything: texts are two thirds of what is
// cleaned, and this halves the time. In the parser's copy a private-use character stands for each
// run of text without a reference or anything else that parsing changes. Not thread-safe.
class TextRuns {
 public:
  // Shorter ones are not worth it.
  static constexpr size_t kLeastBytes = 32;
  // As many private-use characters as are used, from U+E000 on: all begin with one byte, which
  // begins no others.
  static constexpr size_t kMost = 4096;

  // Takes the runs of `html`, valid UTF-8 that must outlive this object, out of its `texts`, and
  // adds to `*edits` what the parser's copy has instead, in the document's order. A document that
  // has such a character itself, written or as a reference, keeps its runs.
  void Take(absl::string_view html, const std::vector<TagSurvey::Text>& texts,
            std::vector<TagSurvey::Edit>* edits);

  // `text` of the parsed document with its runs in their places, made in `*copy` if it has any.
  absl::string_view Restore(absl::string_view text, std::string* copy) const;

 private:
  std::vector<absl::string_view> runs_;
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_TEXT_RUNS_H_
