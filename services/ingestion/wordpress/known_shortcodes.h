#ifndef DATELINE_SERVICES_INGESTION_WORDPRESS_KNOWN_SHORTCODES_H_
#define DATELINE_SERVICES_INGESTION_WORDPRESS_KNOWN_SHORTCODES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/ingestion/wordpress/export_files.h"
#include "services/ingestion/wordpress/shortcode_tag.h"

// The shortcodes whose meaning is known; see shortcodes.h for the rules. All functions are
// thread-safe.
namespace dateline::ingestion::wordpress {

// What a post's shortcodes may refer to.
struct Scope {
  int64_t post;
  const ExportFiles& files;
};

// How a shortcode is read.
enum class Use {
  kUnknown,
  kAlone,        // What stands before its end tag is the post's.
  kWithContent,  // What stands before its end tag is part of it.
};

// How the shortcode `name` is read; some are known only if there is an end tag.
Use UseOf(absl::string_view name, bool has_end_tag);

// Whether shortcodes in the content of the known shortcode `name` are to be read first.
bool HoldsShortcodes(absl::string_view name);

// What a reader sees of a shortcode that is known.
std::string RenderKnown(const ShortcodeTag& tag, absl::string_view content, const Scope& scope);

// A picture.
std::string PictureOf(absl::string_view address, absl::string_view alternative);

}  // namespace dateline::ingestion::wordpress

#endif  // DATELINE_SERVICES_INGESTION_WORDPRESS_KNOWN_SHORTCODES_H_
