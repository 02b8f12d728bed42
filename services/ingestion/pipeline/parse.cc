#include "services/ingestion/pipeline/parse.h"

#include <algorithm>

#include "absl/strings/strip.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"

namespace dateline::ingestion::pipeline {
namespace {

absl::Status FromParseFailure(const absl::Status& status, size_t document_bytes) {
  const auto failure = parse::ParseFailureOf(status);
  if (!failure.has_value()) return status;
  switch (*failure) {
    case parse::ParseFailure::EMPTY:
      return error::UnknownFormat("an empty document");
    case parse::ParseFailure::UNKNOWN_FORMAT:
      return error::UnknownFormat(absl::StripPrefix(status.message(), "document: "));
    case parse::ParseFailure::TOO_LARGE:
      // One that is packed may have fewer, but not unpacked.
      return error::DocumentTooLarge(std::max(document_bytes, limits::kMaxDocumentBytes + 1),
                                     limits::kMaxDocumentBytes);
    case parse::ParseFailure::ENTITY_EXPANSION:
      return error::EntityExpansion();
    case parse::ParseFailure::TOO_MANY_ENTRIES:
      return error::TooManyEntries(limits::kMaxDocumentEntries + 1, limits::kMaxDocumentEntries);
  }
  return status;
}

}  // namespace

absl::StatusOr<parse::ParsedFeed> Parse(absl::string_view bytes,
                                        const parse::ParseOptions& options) {
  absl::StatusOr<parse::ParsedFeed> parsed = parse::ParseFeed(bytes, options);
  if (!parsed.ok()) return FromParseFailure(parsed.status(), bytes.size());
  return parsed;
}

}  // namespace dateline::ingestion::pipeline
