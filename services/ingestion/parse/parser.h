#ifndef DATELINE_SERVICES_INGESTION_PARSE_PARSER_H_
#define DATELINE_SERVICES_INGESTION_PARSE_PARSER_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/ingestion/parse/feed.h"

namespace dateline::ingestion::parse {

// Why a document was refused.
enum class ParseFailure {
  EMPTY,
  UNKNOWN_FORMAT,
  TOO_LARGE,
  ENTITY_EXPANSION,
  TOO_MANY_ENTRIES,
};

// What is known of a document beside its bytes.
struct ParseOptions {
  // The HTTP Content-Type with its parameters, or empty. Only its charset counts.
  std::string content_type;
  // Absolute address the document was read from: the last base of relative links. May be empty,
  // then relative links that find no other base are dropped.
  std::string base_url;
  // When it was read. Dates more than a day later are reported as unparseable (a feed cannot tell
  // the future); infinite if not known.
  absl::Time fetched_at = absl::InfiniteFuture();
};

// Reads a feed of any FeedFormat, packed with gzip or not. Damaged documents are repaired where a
// complete entry can be kept (Feed.well_formed). Never touches network or files. Errors:
// InvalidArgument if it is no feed, saying what it looks like, or expands entities beyond a bound;
// ResourceExhausted if it is larger than limits::kMaxDocumentBytes, packed or unpacked, or has more
// than limits::kMaxDocumentEntries entries; each carries its ParseFailure. Thread-safe.
absl::StatusOr<ParsedFeed> ParseFeed(absl::string_view bytes, const ParseOptions& options);

// The failure that an error of ParseFeed carries; nothing for any other status.
std::optional<ParseFailure> ParseFailureOf(const absl::Status& status);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_PARSER_H_
