#include "services/ingestion/parse/date_fields.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

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

std::optional<absl::Time> ParseEpoch(absl::string_view s) {
  const size_t dot = s.find('.');
  const absl::string_view whole = s.substr(0, dot);
  int64_t value = 0;
  const bool is_number = std::all_of(
      s.begin(), s.end(), [](unsigned char c) { return absl::ascii_isdigit(c) != 0 || c == '.'; });
  if (!is_number || !absl::SimpleAtoi(whole, &value)) return std::nullopt;
  if (whole.size() == 13 && dot == absl::string_view::npos) return absl::FromUnixMillis(value);
  if (whole.size() != 9 && whole.size() != 10) return std::nullopt;
  double fraction = 0;
  if (dot != absl::string_view::npos && !absl::SimpleAtod(absl::ClippedSubstr(s, dot), &fraction))
    return std::nullopt;
  return absl::FromUnixSeconds(value) + absl::Milliseconds(static_cast<int64_t>(fraction * 1000));
}

}  // namespace dateline::ingestion::parse
