#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_PARSE_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_PARSE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/ingestion/parse/parser.h"

namespace dateline::ingestion::pipeline {

// parse::ParseFeed, with the errors that callers are answered with: UNKNOWN_FORMAT,
// DOCUMENT_TOO_LARGE, ENTITY_EXPANSION, TOO_MANY_ENTRIES. Pure.
absl::StatusOr<parse::ParsedFeed> Parse(absl::string_view bytes,
                                        const parse::ParseOptions& options);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_PARSE_H_
