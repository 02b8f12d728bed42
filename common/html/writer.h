#ifndef DATELINE_COMMON_HTML_WRITER_H_
#define DATELINE_COMMON_HTML_WRITER_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/html/anchors.h"
#include "common/html/nesting.h"
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
      : nesting_(max_depth), max_bytes_(max_bytes) {
    html_.reserve(std::min(max_bytes, expected_bytes));
  }

  // Whether `element` may be written now, see OpenElements::MayOpen.
  bool MayOpen(const ElementRule& element) const { return nesting_.MayOpen(element); }

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

  // Writes a formula that CleanFormula gave, where its element may be opened; false if it does not
  // fit.
  bool Markup(absl::string_view html);

  // Keeps apart the words on both sides of a block that is left out.
  void Separate();

  // Closes what is open and gives the result.
  std::string Finish() &&;

  // Whether the depth is used up.
  bool AtMaxDepth() const { return nesting_.AtMaxDepth(); }

 private:
  struct OpenElement {
    size_t begin;                  // Where the text before it ends.
    size_t content;                // Where its content begins.
    bool at_block_edge, separate;  // As they were before it.
  };

  // An attribute was written from `begin` on.
  void NoteAnchor(absl::string_view name, absl::string_view value, size_t begin);
  // Takes back what stands from `size` on.
  void CutTo(size_t size);

  // Whether the text from `before` on fits; if it does not, it is taken back.
  bool KeepIfItFits(size_t before);
  bool Fits(size_t bytes) const { return html_.size() + closing_bytes_ + bytes <= max_bytes_; }

  std::string html_;
  Anchors anchors_;
  OpenElements nesting_;
  std::vector<OpenElement> open_;  // What nesting_ does not know of each.
  size_t closing_bytes_ = 0;       // Of the end tags still to come.
  bool at_block_edge_ = true;      // Nothing inline stands before what comes.
  bool separate_ = false;          // A space is due before more inline content.
  const size_t max_bytes_;
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_WRITER_H_
