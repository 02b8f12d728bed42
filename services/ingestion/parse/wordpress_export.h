#ifndef DATELINE_SERVICES_INGESTION_PARSE_WORDPRESS_EXPORT_H_
#define DATELINE_SERVICES_INGESTION_PARSE_WORDPRESS_EXPORT_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "services/ingestion/parse/feed.h"

namespace dateline::ingestion::parse {

// What of an item of a WordPress export its message has no place for.
struct WordPressItem {
  int64_t id = 0;
  int64_t parent = 0;
  int64_t order = 0;
  // Of a picture or recording, which is an item of its own.
  std::string file_address;
};

// Makes the texts of an export, which are as WordPress stores them, what WordPress shows of them.
// `items` has one for each entry. Thread-safe.
void CompleteExport(absl::Span<const WordPressItem> items, ParsedFeed* feed);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_WORDPRESS_EXPORT_H_
