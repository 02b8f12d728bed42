#ifndef DATELINE_SERVICES_INGESTION_DECODE_ELEMENT_STACK_H_
#define DATELINE_SERVICES_INGESTION_DECODE_ELEMENT_STACK_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::decode {

// The elements open at a place of a document, and what tags out of order mean. Names are views of
// the document, which must outlive the stack. Not thread-safe.
class ElementStack {
 public:
  // What was wrong with a tag, empty if nothing.
  using Fault = std::string;

  // Opens an element, or passes an empty one, closing first, with end tags appended to `*out`,
  // what cannot hold it. False if it is too deep; then its tag is to be left out.
  bool Open(absl::string_view name, bool empty, std::string* out, Fault* fault);

  // Handles an end tag: appends the end tags that are due to `*out`.
  void Close(absl::string_view name, std::string* out, Fault* fault);

  bool empty() const { return open_.empty() && too_deep_ == 0; }
  size_t size() const { return open_.size(); }

  // The innermost element; the stack must have one.
  absl::string_view top() const { return open_.back(); }

 private:
  // Whether an element of this name is an entry here; the stack must not be empty.
  bool IsEntry(absl::string_view name) const;
  // How many of the open elements can hold an element of this name; the stack must not be empty.
  size_t Holder(absl::string_view name) const;
  // Appends the end tags of all elements above `size`.
  void CloseDownTo(size_t size, std::string* out);

  std::vector<absl::string_view> open_;
  size_t too_deep_ = 0;        // Elements beyond kMaxXmlDepth.
  absl::string_view deepest_;  // The last of them.
};

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_ELEMENT_STACK_H_
