#ifndef DATELINE_COMMON_HTML_NESTING_H_
#define DATELINE_COMMON_HTML_NESTING_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/html/policy.h"

namespace dateline::html {

// The elements that are open at a place of a cleaned text, and what may be opened in them. Not
// thread-safe.
class OpenElements {
 public:
  explicit OpenElements(int max_depth) : max_depth_(max_depth) {}

  // Whether a parser would put `element` where it would be written now (HTML standard 13.2.6.4): no
  // block in a <p>, no <a> in an <a>, parts of a table only where they belong, and so on; and
  // whether the depth allows it. Takes time in proportion to the depth.
  bool MayOpen(const ElementRule& element) const;

  // Opens an element that is not void. `element` must outlive this.
  void Push(const ElementRule& element) { open_.push_back(&element); }
  // Closes the innermost open element.
  void Pop() { open_.pop_back(); }

  bool empty() const { return open_.empty(); }
  size_t size() const { return open_.size(); }
  // The innermost open element.
  const ElementRule& back() const { return *open_.back(); }

  // Whether the innermost open element is a part of a table that holds no text of its own.
  bool InTablePart() const { return !open_.empty() && open_.back()->Has(kTablePart); }
  // Whether the depth is used up.
  bool AtMaxDepth() const { return static_cast<int>(open_.size()) >= max_depth_; }

 private:
  bool Has(absl::string_view name) const;
  bool HasP() const;
  // Whether an open <li> (or <dd>, <dt>) would be ended by another one.
  bool EndsItem(absl::string_view first, absl::string_view second) const;

  std::vector<const ElementRule*> open_;
  const int max_depth_;
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_NESTING_H_
