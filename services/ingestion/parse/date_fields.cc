#include "services/ingestion/parse/date_fields.h"

namespace dateline::ingestion::parse {

std::optional<absl::Time> FinishDate(DateFields f) {
  // Years below 1000 are defaults of programs, not dates.
  if (f.year < 1000 || f.year > 9999 || f.month < 1 || f.month > 12 || f.day < 1) {
    return std::nullopt;
  }
  if (f.pm >= 0) {
    if (f.hour > 12 && f.pm == 0) return std::nullopt;
    if (f.hour == 12) f.hour = 0;
    if (f.pm == 1 && f.hour < 12) f.hour += 12;
  }
  const bool midnight = f.hour == 24 && f.minute == 0 && f.second == 0;
  if ((f.hour > 23 && !midnight) || f.minute > 59 || f.second > 60) return std::nullopt;
  const absl::CivilDay day(f.year, f.month, f.day);
  if (day.month() != f.month || day.day() != f.day) return std::nullopt;
  const absl::CivilSecond civil(f.year, f.month, f.day, f.hour, f.minute, f.second);
  const absl::TimeZone zone = f.zone.value_or(absl::UTCTimeZone());
  return absl::FromCivil(civil, zone) - absl::Minutes(f.offset) + f.fraction;
}

}  // namespace dateline::ingestion::parse
