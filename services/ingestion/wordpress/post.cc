#include "services/ingestion/wordpress/post.h"

#include "absl/strings/match.h"
#include "services/ingestion/wordpress/paragraphs.h"
#include "services/ingestion/wordpress/shortcodes.h"

namespace dateline::ingestion::wordpress {

std::string ShownPost(absl::string_view stored, int64_t post, const ExportFiles& files) {
  std::string html = WithoutShortcodes(stored, post, files);
  return absl::StrContains(stored, "<!-- wp:") ? html : WithParagraphs(html);
}

}  // namespace dateline::ingestion::wordpress
