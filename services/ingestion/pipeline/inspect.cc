#include "services/ingestion/pipeline/inspect.h"

#include <string>

#include "services/ingestion/parse/parser.h"
#include "services/ingestion/pipeline/convert.h"

namespace dateline::ingestion::pipeline {

absl::StatusOr<v1::Feed> InspectBytes(absl::string_view bytes, absl::string_view content_type,
                                      absl::string_view base_url, absl::Time fetched_at) {
  parse::ParseOptions options;
  options.content_type = std::string(content_type);
  options.base_url = std::string(base_url);
  options.fetched_at = fetched_at;
  const absl::StatusOr<parse::Feed> parsed = parse::ParseFeed(bytes, options);
  if (!parsed.ok()) return FromParseFailure(parsed.status(), bytes.size());
  v1::Feed feed = FeedToProto(*parsed);
  for (const parse::Entry& entry : parsed->entries) {
    *feed.add_entries() = EntryToProto(entry, CleanEntry(entry));
  }
  return feed;
}

}  // namespace dateline::ingestion::pipeline
