#include "services/ingestion/poll/interval.h"

#include <gtest/gtest.h>

#include "common/api/proto_time.h"

namespace dateline::ingestion::poll {
namespace {

// Mon, 21 Sep 2026 14:13:20 GMT
const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);
constexpr absl::Duration kDay = absl::Hours(24);

std::vector<absl::Time> EntriesOfTheWeek(int count) {
  std::vector<absl::Time> times(static_cast<size_t>(count), kNow - absl::Hours(30));
  // Older ones do not count.
  times.push_back(kNow - absl::Hours(24 * 30));
  return times;
}

TEST(IntervalLimits, AreFiveMinutesAndADayUnlessThePolicySaysOtherwise) {
  v1::PollingPolicy policy;
  EXPECT_EQ(LimitsOf(policy).min, absl::Minutes(5));
  EXPECT_EQ(LimitsOf(policy).max, kDay);
  policy.mutable_min_interval()->set_seconds(3600);
  policy.mutable_max_interval()->set_seconds(60);
  EXPECT_EQ(LimitsOf(policy).min, absl::Hours(1));
  EXPECT_EQ(LimitsOf(policy).max, absl::Hours(1));
}

TEST(Interval, IsTheFeedsOwnPaceWithinTheHintsAndTheLimits) {
  const IntervalLimits limits{absl::Minutes(5), kDay};
  const struct {
    const char* what;
    int entries;
    absl::Duration ttl;
    absl::Duration update_interval;
    absl::Duration fresh_for;
    absl::Duration expected;
  } kCases[] = {
      {"nothing new", 0, {}, {}, {}, kDay},
      {"two a day", 14, {}, {}, {}, absl::Hours(12)},
      {"one an hour", 168, {}, {}, {}, absl::Hours(1)},
      {"a flood", 10'000, {}, {}, {}, absl::Minutes(5)},
      {"a flood with a ttl", 10'000, absl::Minutes(40), {}, {}, absl::Minutes(40)},
      {"sy:updatePeriod", 168, {}, absl::Hours(2), {}, absl::Hours(2)},
      {"Cache-Control", 168, {}, {}, absl::Hours(3), absl::Hours(3)},
      {"a ttl of a month", 168, absl::Hours(24 * 30), {}, {}, kDay},
  };
  for (const auto& c : kCases) {
    v1::Feed feed;
    *feed.mutable_ttl() = DurationToProto(c.ttl);
    *feed.mutable_update_interval() = DurationToProto(c.update_interval);
    EXPECT_EQ(IntervalOf(feed, EntriesOfTheWeek(c.entries), c.fresh_for, kNow, limits), c.expected)
        << c.what;
  }
}

TEST(BackOff, DoublesUpToADay) {
  EXPECT_EQ(BackOff(absl::Minutes(30), 0), absl::Minutes(30));
  EXPECT_EQ(BackOff(absl::Minutes(30), 1), absl::Hours(1));
  EXPECT_EQ(BackOff(absl::Minutes(30), 4), absl::Hours(8));
  EXPECT_EQ(BackOff(absl::Minutes(30), 1'000'000), kDay);
  EXPECT_EQ(BackOff(absl::Hours(48), 3), absl::Hours(48));
}

const IntervalLimits kLimits{absl::Minutes(5), kDay};

TEST(NextFetchTime, AddsATenthAtMostAndKeepsOutOfSkippedHours) {
  v1::Feed feed;
  EXPECT_EQ(NextFetchTime(kNow, absl::Hours(1), kLimits, 0, feed), kNow + absl::Hours(1));
  EXPECT_EQ(NextFetchTime(kNow, absl::Hours(1), kLimits, 0.5, feed), kNow + absl::Minutes(63));
  feed.add_skip_hours(15);
  feed.add_skip_hours(16);
  EXPECT_EQ(NextFetchTime(kNow, absl::Hours(1), kLimits, 0, feed),
            absl::FromCivil(absl::CivilHour(2026, 9, 21, 17), absl::UTCTimeZone()));
  feed.add_skip_days("monday");
  EXPECT_EQ(NextFetchTime(kNow, absl::Hours(1), kLimits, 0, feed),
            absl::FromCivil(absl::CivilHour(2026, 9, 22, 0), absl::UTCTimeZone()));
  for (int hour = 0; hour < 24; ++hour) feed.add_skip_hours(hour);
  EXPECT_LE(NextFetchTime(kNow, absl::Hours(1), kLimits, 1, feed), kNow + 8 * kDay);
}

TEST(NextFetchTime, NeverExceedsTheLongest) {
  for (const double jitter : {0.0, 0.3, 1.0}) {
    EXPECT_EQ(NextFetchTime(kNow, kDay, kLimits, jitter, {}), kNow + kDay * (1 - 0.1 * jitter));
    EXPECT_EQ(NextFetchTime(kNow, kDay, {kDay, kDay}, jitter, {}), kNow + kDay);
    EXPECT_LE(NextFetchTime(kNow, kDay * 0.95, kLimits, jitter, {}), kNow + kDay);
  }
}

TEST(FreshFor, ReadsCacheControl) {
  EXPECT_EQ(FreshFor("public, Max-Age=600"), absl::Minutes(10));
  EXPECT_EQ(FreshFor("max-age=99999999999"), kDay);
  for (const char* text : {"", "no-cache", "max-age=", "max-age=soon", "s-maxage=600"}) {
    EXPECT_EQ(FreshFor(text), absl::ZeroDuration()) << text;
  }
  EXPECT_EQ(FreshFor("max-age=-5"), absl::ZeroDuration());
}

TEST(FreshFor, ReadsExpiresWhereThereIsNoCacheControl) {
  const auto fresh = [](std::vector<http::HttpHeader> headers) {
    http::HttpResponse response;
    response.headers = std::move(headers);
    return FreshFor(response, kNow);
  };
  EXPECT_EQ(fresh({{"Expires", "Mon, 21 Sep 2026 15:13:20 GMT"}}), absl::Hours(1));
  EXPECT_EQ(fresh({{"Expires", "Monday, 21-Sep-26 15:13:20 GMT"}}), absl::Hours(1));
  EXPECT_EQ(fresh({{"Expires", "Mon Sep 21 15:13:20 2026"}}), absl::Hours(1));
  // By the server's own clock, if it shows it.
  EXPECT_EQ(fresh({{"Expires", "Mon, 21 Sep 2026 15:13:20 GMT"},
                   {"Date", "Mon, 21 Sep 2026 15:03:20 GMT"}}),
            absl::Minutes(10));
  EXPECT_EQ(fresh({{"Expires", "Mon, 21 Sep 2026 15:13:20 GMT"}, {"Cache-Control", "max-age=60"}}),
            absl::Minutes(1));
  EXPECT_EQ(fresh({{"Expires", "Mon, 21 Sep 2026 15:13:20 GMT"}, {"Cache-Control", "no-store"}}),
            absl::ZeroDuration());
  EXPECT_EQ(fresh({{"Expires", "0"}}), absl::ZeroDuration());
  EXPECT_EQ(fresh({{"Expires", "Thu, 01 Jan 1970 00:00:00 GMT"}}), absl::ZeroDuration());
  EXPECT_EQ(fresh({{"Expires", "Fri, 21 Sep 2040 15:13:20 GMT"}}), kDay);
}

TEST(RetryAfter, ReadsSecondsAndDatesOfADayAtMost) {
  EXPECT_EQ(RetryAfter("120", kNow), kNow + absl::Minutes(2));
  EXPECT_EQ(RetryAfter("Mon, 21 Sep 2026 15:13:20 GMT", kNow), kNow + absl::Hours(1));
  EXPECT_EQ(RetryAfter("Monday, 21-Sep-26 15:13:20 GMT", kNow), kNow + absl::Hours(1));
  EXPECT_EQ(RetryAfter("Mon, 21 Sep 2020 15:13:20 GMT", kNow), kNow);
  EXPECT_EQ(RetryAfter("99999999", kNow), kNow + kDay);
  EXPECT_EQ(RetryAfter("-1", kNow), kNow);
  for (const char* text : {"", "later", "1.5h"}) {
    EXPECT_EQ(RetryAfter(text, kNow), absl::InfinitePast()) << text;
  }
}

}  // namespace
}  // namespace dateline::ingestion::poll
