#ifndef DATELINE_COMMON_HTML_ANCHORS_H_
#define DATELINE_COMMON_HTML_ANCHORS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// Places within a text that links of the same text lead to: footnotes, and the way back from them.
// Their ids are written with a prefix, so that they are nobody else's on the page that shows the
// text; an id that no link leads to is not written at all, and a link to an id that is not written
// stays as it is.
namespace dateline::html {

inline constexpr absl::string_view kIdPrefix = "user-content-";

// `id` without the prefix, which a text that was cleaned before has already. Thread-safe.
absl::string_view WithoutIdPrefix(absl::string_view id);

// The id, without prefix, that the fragment of a link ("note%201") means. Thread-safe.
std::string TargetOf(absl::string_view fragment);

// Where ids and links to them stand in a text that is being written. Not thread-safe.
class Anchors {
 public:
  // An attribute id, without its prefix, was written from `begin` to `end`.
  void AddId(absl::string_view id, size_t begin, size_t end);

  // The prefix was written at `begin` for a link with this fragment.
  void AddLink(absl::string_view fragment, size_t begin);

  // What stands from `size` on was taken back.
  void CutTo(size_t size);

  // The text without what leads nowhere, and without repeated ids.
  std::string Settle(std::string html) const;

 private:
  struct Anchor {
    size_t begin, end;
    std::string id;
    bool is_link;
  };
  std::vector<Anchor> anchors_;  // In the order of the text.
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_ANCHORS_H_
