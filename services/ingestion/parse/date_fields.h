#ifndef DATELINE_SERVICES_INGESTION_PARSE_DATE_FIELDS_H_
#define DATELINE_SERVICES_INGESTION_PARSE_DATE_FIELDS_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dateline::ingestion::parse {

// What of a date has been read so far; negative numbers are unknown.
struct DateFields {
  int year = -1;
  int month = -1;
  int day = -1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  absl::Duration fraction;
  bool has_time = false;
  // 1 after noon, 0 before, on a clock of twelve hours.
  int pm = -1;
  // Minutes east of Greenwich, or a zone of the IANA's.
  bool has_zone = false;
  int offset = 0;
  std::optional<absl::TimeZone> zone;
};

// RFC 2822, section 4.3, but that years of two digits turn at 69.
inline int PivotYear(int year) { return year < 69 ? 2000 + year : 1900 + year; }

// The instant of the fields, nothing if there is none (31 June, 25:00). Thread-safe.
std::optional<absl::Time> FinishDate(DateFields f);

// Seconds or milliseconds since 1970 (from 1973 on), perhaps with a fraction of a second.
// Thread-safe.
std::optional<absl::Time> ParseEpoch(absl::string_view s);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_DATE_FIELDS_H_
