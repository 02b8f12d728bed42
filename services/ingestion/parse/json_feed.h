#ifndef DATELINE_SERVICES_INGESTION_PARSE_JSON_FEED_H_
#define DATELINE_SERVICES_INGESTION_PARSE_JSON_FEED_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/ingestion/parse/feed.h"
#include "services/ingestion/parse/parser.h"

namespace dateline::ingestion::parse {

// Reads a JSON Feed 1.0 or 1.1 (jsonfeed.org) or WordPress's REST answer (/wp-json/wp/v2/posts)
// into `parsed`. Errors: InvalidArgument if it is neither; ResourceExhausted if it has more than
// limits::kMaxDocumentEntries entries. Thread-safe.
absl::StatusOr<ParsedFeed> ParseJsonFeed(absl::string_view text, const ParseOptions& options,
                                         ParsedFeed parsed);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_JSON_FEED_H_
