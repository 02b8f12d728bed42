#ifndef DATELINE_SERVICES_INGESTION_PARSE_FEED_TEST_UTIL_H_
#define DATELINE_SERVICES_INGESTION_PARSE_FEED_TEST_UTIL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/ingestion/parse/feed.h"

// Reachable from tests only.
namespace dateline::ingestion::parse {

// A case of a table: a document and lines of what it must give. Each line is "PATH = VALUE"; a path
// names a field of the feed ("title", "links[0].rel") or of an entry after its number
// ("0.title"), and "entries", "ok" and "failure" are the number of entries, whether it was read and
// the reason of the refusal. Times are in UTC ("2020-01-10 14:33:00").
struct FeedCase {
  const char* name;
  std::string document;
  const char* want;
};

// The document an item, entry or channel part stands in, with the usual namespaces declared.
std::string RssItem(absl::string_view inner);
std::string RssChannel(absl::string_view inner);
std::string AtomEntry(absl::string_view inner);
std::string AtomFeed(absl::string_view inner);
std::string RdfItem(absl::string_view inner);

// The value of a field as text, "?" if there is no such field.
std::string FieldOf(const ParsedFeed& parsed, absl::string_view path);

// Reads every case at https://doc.example/feed.xml on 2026-01-01 and expects its lines.
void ExpectFeeds(absl::Span<const FeedCase> cases);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_FEED_TEST_UTIL_H_
