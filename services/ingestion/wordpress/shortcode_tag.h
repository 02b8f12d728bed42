#ifndef DATELINE_SERVICES_INGESTION_WORDPRESS_SHORTCODE_TAG_H_
#define DATELINE_SERVICES_INGESTION_WORDPRESS_SHORTCODE_TAG_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::wordpress {

// One attribute of a shortcode; its name is empty if only a value is written.
struct ShortcodeAttribute {
  absl::string_view name;
  absl::string_view value;
  bool is_quoted = false;
};

// A shortcode's tag: `[name attribute="value" value]`, `[name=value]`, `[name /]`. The views are of
// the post.
struct ShortcodeTag {
  absl::string_view name;
  std::vector<ShortcodeAttribute> attributes;
  size_t begin = 0;
  size_t end = 0;  // behind the bracket

  // The value of the attribute `name`, or empty.
  absl::string_view Get(absl::string_view attribute) const;
  // The first value without a name, or empty.
  absl::string_view FirstValue() const;
};

// The tag that begins with the bracket at `at`; nothing if there is none. It ends at the first
// bracket that closes, even within quotes, as with WordPress, and has no other in it; its name is
// letters, digits, '-' and '_', from a letter on.
// Thread-safe.
std::optional<ShortcodeTag> ReadShortcodeTag(absl::string_view html, size_t at);

}  // namespace dateline::ingestion::wordpress

#endif  // DATELINE_SERVICES_INGESTION_WORDPRESS_SHORTCODE_TAG_H_
