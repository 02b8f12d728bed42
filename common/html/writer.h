#ifndef DATELINE_COMMON_HTML_WRITER_H_
#define DATELINE_COMMON_HTML_WRITER_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/html/policy.h"

namespace dateline::html {

// Attributes in the order in which they are written.
using Attributes = std::vector<std::pair<absl::string_view, std::string>>;

// Writes elements and text as HTML that an HTML5 parser reads back as exactly the tree that was
// written, and keeps within a number of bytes. Not thread-safe.
class HtmlWriter {
 public:
  // The result is expected to have about `expected_bytes`.
  HtmlWriter(size_t max_bytes, int max_depth, size_t expected_bytes)
      : max_bytes_(max_bytes), max_depth_(max_depth) {
    html_.reserve(std::min(max_bytes, expected_bytes));
  }

  // Whether a parser would put `element` where it would be written now (HTML standard 13.2.6.4): no
  // block in a <p>, no <a> in an <a>, parts of a table only where they belong, and so on.
  bool MayOpen(const ElementRule& element) const;

  // Writes a start tag, which for a void element is all; false if it does not fit.
  bool Open(const ElementRule& element, const Attributes& attributes);

  // Writes the end tag of the innermost open element.
  void Close();

  // Whether nothing but white space was written into the innermost open element.
  bool IsBlank() const;

  // Takes back the innermost open element, which IsBlank.
  void Discard();

  // Writes text; false if it does not fit. Text directly in a part of a table has no place and is
  // left out.
  bool Text(absl::string_view text);

  // Keeps apart the words on both sides of a block that is left out.
  void Separate();

  // Closes what is open and gives the result.
  std::string Finish() &&;

  // Whether the depth is used up.
  bool AtMaxDepth() const { return static_cast<int>(open_.size()) >= max_depth_; }

 private:
  struct OpenElement {
    const ElementRule* rule;
    size_t begin;                  // Where the text before it ends.
    size_t content;                // Where its content begins.
    bool at_block_edge, separate;  // As they were before it.
  };

  bool HasOpen(absl::string_view name) const;
  bool HasOpenP() const;
  // Whether an open <li> (or <dd>, <dt>) would be ended by another one.
  bool EndsOpenItem(absl::string_view first, absl::string_view second) const;
  bool InTablePart() const { return !open_.empty() && open_.back().rule->Has(kTablePart); }
  bool Fits(size_t bytes) const { return html_.size() + closing_bytes_ + bytes <= max_bytes_; }

  std::string html_;
  std::vector<OpenElement> open_;
  size_t closing_bytes_ = 0;   // Of the end tags still to come.
  bool at_block_edge_ = true;  // Nothing inline stands before what comes.
  bool separate_ = false;      // A space is due before more inline content.
  const size_t max_bytes_;
  const int max_depth_;
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_WRITER_H_
