#ifndef DATELINE_SERVICES_INGESTION_PARSE_DATES_H_
#define DATELINE_SERVICES_INGESTION_PARSE_DATES_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dateline::ingestion::parse {

// The instant a feed's date means: RFC 822 and 2822 with wrong weekdays, odd or IANA zones, years
// of two digits (below 69 is 20xx); W3CDTF and ISO 8601 of every precision, basic, with weeks or
// days of the year; asctime; year/month/day; 12-hour clocks; ordinals; months in some twenty
// languages; seconds or milliseconds since 1970. No zone means UTC, in Korean Seoul's; so does an
// unknown zone or an impossible offset (RFC 5322, section 4.3), and `*is_doubtful` tells of it.
// Nothing for what is ambiguous (03/04/2020) or out of range: no date is better than a wrong one.
// Thread-safe.
std::optional<absl::Time> ParseDate(absl::string_view text, bool* is_doubtful = nullptr);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_DATES_H_
