#ifndef DATELINE_SERVICES_INGESTION_PARSE_DATES_H_
#define DATELINE_SERVICES_INGESTION_PARSE_DATES_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dateline::ingestion::parse {

// The instant a feed's date means: RFC 822 and 2822 with wrong weekdays and odd zones, W3CDTF and
// ISO 8601, asctime, year/month/day, 12-hour clocks, month names of a dozen languages, epoch
// seconds. No zone means UTC; two-digit years below 69 are 20xx. Nothing for what is ambiguous
// (03/04/2020) or out of range: no date is better than a wrong one. Thread-safe.
std::optional<absl::Time> ParseDate(absl::string_view text);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_DATES_H_
