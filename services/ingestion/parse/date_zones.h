#ifndef DATELINE_SERVICES_INGESTION_PARSE_DATE_ZONES_H_
#define DATELINE_SERVICES_INGESTION_PARSE_DATE_ZONES_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dateline::ingestion::parse {

// Minutes east of Greenwich of a zone's abbreviation in lower case: RFC 822's, and what feeds use
// beside them. Where several zones share one, the one that most feeds mean. Single letters but "z"
// are UTC (RFC 5322, section 4.3). Nothing if unknown. Thread-safe.
std::optional<int> ZoneOffset(absl::string_view name);

// The zone of an IANA name such as "Europe/Paris" or "US/Eastern", nothing if the system has none.
// Thread-safe.
std::optional<absl::TimeZone> FindZone(absl::string_view name);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_DATE_ZONES_H_
