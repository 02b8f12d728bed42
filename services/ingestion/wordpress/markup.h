#ifndef DATELINE_SERVICES_INGESTION_WORDPRESS_MARKUP_H_
#define DATELINE_SERVICES_INGESTION_WORDPRESS_MARKUP_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::wordpress {

// A tag or comment of a post.
struct Markup {
  enum class Kind { kNone, kTag, kComment };
  Kind kind = Kind::kNone;
  bool is_end = false;
  std::string name;  // of the element, in lower case
  size_t end = 0;    // behind it
};

// Reads a post's markup where one asks it to. What is searched for to the end of the post is
// searched for but once when there is none, so that a post takes time that grows with its size
// only. Not thread-safe; the post must outlive it.
class MarkupReader {
 public:
  explicit MarkupReader(absl::string_view html) : html_(html) {}

  // What begins at the "<" at `at`. A tag ends at the first ">" outside of its attributes' quotes,
  // and is none if another "<" comes before.
  Markup Read(size_t at);

  // Behind the end tag of the element `name` whose start tag ends at `begin`; npos if there is
  // none.
  size_t EndOf(absl::string_view name, size_t begin);

 private:
  absl::string_view html_;
  std::string missing_;  // Names whose end is not found any more, each within '/'.
  bool has_comment_end_ = true;
};

// Appends `text`, which is HTML, for an attribute in double quotes. Thread-safe.
void AppendAttribute(absl::string_view text, std::string* out);

}  // namespace dateline::ingestion::wordpress

#endif  // DATELINE_SERVICES_INGESTION_WORDPRESS_MARKUP_H_
