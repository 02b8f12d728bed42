#ifndef DATELINE_COMMON_HTML_TAG_SURVEY_H_
#define DATELINE_COMMON_HTML_TAG_SURVEY_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::html {

// What is to be known of a document before it is parsed.
struct TagSurvey {
  // Parsing it could take time out of proportion to its length: gumbo walks its stack of open
  // elements at many tags, and compares each attribute with those before it. No more elements are
  // ever open than are counted here: an end tag counts only where it surely closes something.
  bool out_of_proportion = false;
  // The largest number of elements that were counted as open.
  size_t most_open = 0;
  // What is to be changed in the document, in its order, for gumbo to read it as it is meant:
  // `text` in the place of `size` bytes at `at`.
  struct Edit {
    size_t at;
    size_t size;
    absl::string_view text;
  };
  std::vector<Edit> edits;
  // What is surely text of HTML, raw text not among it, in the document's order.
  struct Text {
    size_t begin, end;
  };
  std::vector<Text> texts;
};

// Reads the tags of `html` as the HTML standard's tokeniser does, in linear time. Thread-safe.
TagSurvey SurveyTags(absl::string_view html);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_TAG_SURVEY_H_
