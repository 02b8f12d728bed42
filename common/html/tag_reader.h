#ifndef DATELINE_COMMON_HTML_TAG_READER_H_
#define DATELINE_COMMON_HTML_TAG_READER_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::html {

// Reads the tags of a document one by one, as the HTML standard's tokeniser does outside raw text.
// Not thread-safe; the document must outlive it.
class TagReader {
 public:
  explicit TagReader(absl::string_view html) : html_(html) {}

  // Moves to the next tag, over text, comments and declarations; false at the end. With
  // `in_foreign`, "<![CDATA[" begins a section of text up to "]]>"; else a comment up to ">".
  bool Next(bool in_foreign);

  // The present tag: its name as it is written, where it begins and ends, its number of attributes
  // (those that are repeated included), and whether it is an end tag or ends in "/>".
  absl::string_view name() const { return name_; }
  size_t begin() const { return begin_; }
  size_t end() const { return position_; }
  int attributes() const { return attributes_; }
  bool is_end_tag() const { return is_end_tag_; }
  bool is_self_closing() const { return is_self_closing_; }

  // The CDATA sections of foreign content that the last move passed, as they are written.
  const std::vector<absl::string_view>& cdata() const { return cdata_; }

  // Moves behind the text of the present tag, which is raw up to its end tag; the end tag, if there
  // is one, is read next. Of a script as the standard has it: in a comment, a
  // script in it hides an end tag.
  void SkipRawText();

 private:
  // A comment or declaration that begins at position_.
  void SkipMarkup(bool in_foreign);
  // Whether a tag `prefix` of the name of the present one stands at `at`.
  bool IsTagAt(size_t at, absl::string_view prefix) const;
  size_t FindEndOfScript() const;
  void ReadAttributes();  // Up to behind the tag's ">".

  absl::string_view html_;
  size_t position_ = 0;
  size_t begin_ = 0;
  absl::string_view name_;
  int attributes_ = 0;
  bool is_end_tag_ = false;
  bool is_self_closing_ = false;
  std::vector<absl::string_view> cdata_;
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_TAG_READER_H_
