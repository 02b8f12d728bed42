#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_INSPECT_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_INSPECT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dateline/ingestion/v1/feed.pb.h"

namespace dateline::ingestion::pipeline {

// A document as ingestion understands it, with its entries cleaned. Errors as of ReadDocument.
// Pure.
absl::StatusOr<v1::Feed> InspectBytes(absl::string_view bytes, absl::string_view content_type,
                                      absl::string_view base_url, absl::Time fetched_at);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_INSPECT_H_
