#ifndef DATELINE_COMMON_HTML_SELF_CLOSED_H_
#define DATELINE_COMMON_HTML_SELF_CLOSED_H_

#include <array>
#include <cstddef>

#include "absl/strings/string_view.h"

namespace dateline::html {

// Knows which elements that are written as empty ("<iframe/>"), which HTML would let hold what
// follows, must not: those whose content is not shown as part of the text. For tags in the order of
// their document, over which all calls together take linear time. Not thread-safe; the document
// must outlive it.
class SelfClosed {
 public:
  explicit SelfClosed(absl::string_view html) : html_(html) {}

  // The end tag that a start tag `name` ending in "/>" before `end` needs; empty if it needs none,
  // because its element does not hide what it holds or because the document closes it itself.
  absl::string_view EndTagFor(absl::string_view name, size_t end);

 private:
  // Where the next tag begins, from `from` on and before `limit`, that starts with `tag` ("<b" or
  // "</b"); npos if there is none.
  size_t FindTag(absl::string_view tag, size_t from, size_t limit) const;

  static constexpr size_t kElements = 14;
  absl::string_view html_;
  // The next end tag of each element that was asked for.
  std::array<size_t, kElements> next_end_ = {};
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_SELF_CLOSED_H_
