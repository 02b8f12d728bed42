#include "services/ingestion/poll/interval.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/api/proto_time.h"

namespace dateline::ingestion::poll {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr absl::Duration kWeek = absl::Hours(7 * 24);
constexpr absl::Duration kDefaultMin = absl::Minutes(5);
// More doublings exceed a day from any interval that is allowed.
constexpr int kMaxDoublings = 16;

bool IsSkipped(const v1::Feed& feed, absl::Time time) {
  const absl::CivilHour hour = absl::ToCivilHour(time, absl::UTCTimeZone());
  const auto& hours = feed.skip_hours();
  if (std::find(hours.begin(), hours.end(), hour.hour()) != hours.end()) return true;
  const std::string day = absl::FormatTime("%A", time, absl::UTCTimeZone());
  return std::any_of(
      feed.skip_days().begin(), feed.skip_days().end(),
      [&](const std::string& skipped) { return absl::EqualsIgnoreCase(skipped, day); });
}

// RFC 9110, section 5.6.7: the form of today and the two that recipients must still read.
std::optional<absl::Time> ParseHttpDate(const std::string& text) {
  absl::Time time;
  std::string fault;
  for (const char* format :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    if (absl::ParseTime(format, text, &time, &fault)) return time;
  }
  return std::nullopt;
}

}  // namespace

IntervalLimits LimitsOf(const v1::PollingPolicy& policy) {
  IntervalLimits limits{kDefaultMin, kDay};
  if (policy.has_min_interval()) limits.min = DurationFromProto(policy.min_interval());
  if (policy.has_max_interval()) limits.max = DurationFromProto(policy.max_interval());
  limits.max = std::max(limits.min, limits.max);
  return limits;
}

absl::Duration IntervalOf(const v1::Feed& feed, const std::vector<absl::Time>& publish_times,
                          absl::Duration fresh_for, absl::Time now, const IntervalLimits& limits) {
  const auto recent = std::count_if(publish_times.begin(), publish_times.end(),
                                    [&](absl::Time time) { return time > now - kWeek; });
  const absl::Duration own = recent == 0 ? kWeek : kWeek / static_cast<int64_t>(recent);
  const absl::Duration asked = std::max(
      {own, DurationFromProto(feed.ttl()), DurationFromProto(feed.update_interval()), fresh_for});
  return std::clamp(asked, limits.min, limits.max);
}

absl::Duration BackOff(absl::Duration interval, int failures) {
  const int doublings = std::clamp(failures, 0, kMaxDoublings);
  return std::min(interval * (int64_t{1} << doublings), std::max(interval, kDay));
}

absl::Time NextFetchTime(absl::Time now, absl::Duration interval, const IntervalLimits& limits,
                         double jitter, const v1::Feed& feed) {
  const absl::Duration stretch = interval * (0.1 * jitter);
  const absl::Duration wait = interval + stretch <= limits.max
                                  ? interval + stretch
                                  : std::max(interval - stretch, std::min(interval, limits.min));
  absl::Time next = now + wait;
  // A feed that skips a whole week is not believed.
  for (int hours = 0; hours < 7 * 24 && IsSkipped(feed, next); ++hours) {
    const absl::CivilHour hour = absl::ToCivilHour(next, absl::UTCTimeZone()) + 1;
    // Not all sources that wait for an hour begin with its first second.
    next = absl::FromCivil(hour, absl::UTCTimeZone()) + absl::Minutes(10) * jitter;
  }
  return next;
}

absl::Duration FreshFor(const std::string& cache_control) {
  for (absl::string_view directive : absl::StrSplit(cache_control, ',')) {
    const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(directive));
    absl::string_view value = lower;
    int64_t seconds = 0;
    if (absl::ConsumePrefix(&value, "max-age=") && absl::SimpleAtoi(value, &seconds)) {
      return std::clamp(absl::Seconds(seconds), absl::ZeroDuration(), kDay);
    }
  }
  return absl::ZeroDuration();
}

absl::Duration FreshFor(const http::HttpResponse& response, absl::Time now) {
  const std::string cache_control = response.Header("cache-control");
  if (!cache_control.empty()) return FreshFor(cache_control);
  const std::optional<absl::Time> expires = ParseHttpDate(response.Header("expires"));
  if (!expires.has_value()) return absl::ZeroDuration();
  const absl::Time date = ParseHttpDate(response.Header("date")).value_or(now);
  return std::clamp(*expires - date, absl::ZeroDuration(), kDay);
}

absl::Time RetryAfter(const std::string& retry_after, absl::Time now) {
  int64_t seconds = 0;
  if (absl::SimpleAtoi(retry_after, &seconds)) {
    return std::clamp(now + absl::Seconds(seconds), now, now + kDay);
  }
  const std::optional<absl::Time> until = ParseHttpDate(retry_after);
  if (!until.has_value()) return absl::InfinitePast();
  return std::clamp(*until, now, now + kDay);
}

}  // namespace dateline::ingestion::poll
