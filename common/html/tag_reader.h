#ifndef DATELINE_COMMON_HTML_TAG_READER_H_
#define DATELINE_COMMON_HTML_TAG_READER_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace dateline::html {

// Reads the tags of a document one by one, as the HTML standard's tokeniser does outside raw text.
// Not thread-safe; the document must outlive it.
class TagReader {
 public:
  explicit TagReader(absl::string_view html) : html_(html) {}

  // Moves to the next tag, over text, comments and declarations; false at the end.
  bool Next();

  // The present tag: its name as it is written, where it begins and ends, its number of attributes
  // (those that are repeated included), and whether it is an end tag or ends in "/>".
  absl::string_view name() const { return name_; }
  size_t begin() const { return begin_; }
  size_t end() const { return position_; }
  int attributes() const { return attributes_; }
  bool is_end_tag() const { return is_end_tag_; }
  bool is_self_closing() const { return is_self_closing_; }

  // Whether a CDATA section was passed: text in foreign content, else a comment.
  bool passed_cdata() const { return passed_cdata_; }

  // Moves behind the text of the present tag, which is raw up to its end tag, and returns it.
  absl::string_view SkipRawText();

 private:
  void SkipMarkup();      // A comment or declaration that begins at position_.
  void ReadAttributes();  // Up to behind the tag's ">".

  absl::string_view html_;
  size_t position_ = 0;
  size_t begin_ = 0;
  absl::string_view name_;
  int attributes_ = 0;
  bool is_end_tag_ = false;
  bool is_self_closing_ = false;
  bool passed_cdata_ = false;
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_TAG_READER_H_
