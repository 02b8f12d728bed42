#include "services/ingestion/parse/wordpress_export.h"

#include <cstddef>

#include "services/ingestion/wordpress/export_files.h"
#include "services/ingestion/wordpress/post.h"

namespace dateline::ingestion::parse {

void CompleteExport(absl::Span<const WordPressItem> items, ParsedFeed* feed) {
  wordpress::ExportFiles files;
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].file_address.empty()) continue;
    files.Add({items[i].id, items[i].parent, items[i].order, items[i].file_address,
               feed->feed.entries(static_cast<int>(i)).title(), feed->extras[i].summary.value});
  }
  for (size_t i = 0; i < items.size(); ++i) {
    for (Text* text : {&feed->extras[i].summary, &feed->extras[i].content}) {
      if (!text->value.empty()) text->value = wordpress::ShownPost(text->value, items[i].id, files);
    }
  }
}

}  // namespace dateline::ingestion::parse
