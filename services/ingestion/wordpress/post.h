#ifndef DATELINE_SERVICES_INGESTION_WORDPRESS_POST_H_
#define DATELINE_SERVICES_INGESTION_WORDPRESS_POST_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/ingestion/wordpress/export_files.h"

namespace dateline::ingestion::wordpress {

// A post as WordPress shows it, of what it stores and exports: without shortcodes (shortcodes.h)
// and, unless the block editor has made it (<!-- wp:… -->), with paragraphs (paragraphs.h). `post`
// is its number in the export. Thread-safe.
std::string ShownPost(absl::string_view stored, int64_t post, const ExportFiles& files);

}  // namespace dateline::ingestion::wordpress

#endif  // DATELINE_SERVICES_INGESTION_WORDPRESS_POST_H_
