#ifndef DATELINE_SERVICES_INGESTION_PARSE_MEDIUM_H_
#define DATELINE_SERVICES_INGESTION_PARSE_MEDIUM_H_

#include "absl/strings/string_view.h"

namespace dateline::ingestion::parse {

// What a file is, "image", "audio", "video" or nothing: by its media type, or, where the feed gives
// none that says it, by the ending of its address. Thread-safe.
absl::string_view MediumOf(absl::string_view type, absl::string_view url);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_MEDIUM_H_
