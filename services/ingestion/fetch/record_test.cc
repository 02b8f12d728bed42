#include "services/ingestion/fetch/record.h"

#include <gtest/gtest.h>

#include "common/errors/errors.h"
#include "services/ingestion/pipeline/time.h"

namespace dateline::ingestion::fetch {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'790'000'000);
const absl::Time kEnd = kStart + absl::Seconds(2);

store::StoredSource Stored() {
  store::StoredSource stored;
  stored.source.set_name("sources/a");
  stored.source.set_url("https://a.example.org/feed");
  return stored;
}

Outcome Failed(int http_status, const std::string& retry_after = "") {
  Outcome outcome;
  outcome.error = error::FetchFailed("https://a.example.org/feed", "cause");
  outcome.response.status = http_status;
  if (!retry_after.empty()) outcome.response.headers.push_back({"Retry-After", retry_after});
  return outcome;
}

Outcome Taken() {
  Outcome outcome;
  outcome.outcome = v1::FETCH_OUTCOME_TAKEN;
  outcome.response.status = 200;
  outcome.response.headers = {{"ETag", "\"x\""}, {"Last-Modified", "yesterday"}};
  outcome.publish_times.assign(168, kStart);
  outcome.feed.set_well_formed(true);
  return outcome;
}

TEST(MakeRecord, TakesTheValidatorsAndTheIntervalOfADocument) {
  const store::FetchRecord record = MakeRecord(Stored(), Taken(), kStart, kEnd, 0);
  EXPECT_EQ(record.http_etag, "\"x\"");
  EXPECT_EQ(record.http_last_modified, "yesterday");
  EXPECT_EQ(record.interval, absl::Hours(1));
  EXPECT_EQ(record.next_fetch_time, kEnd + absl::Hours(1));
  EXPECT_EQ(record.host_not_before, kEnd + absl::Seconds(1));
  EXPECT_EQ(record.fetch.duration().seconds(), 2);
  EXPECT_TRUE(record.fetch.well_formed());
  EXPECT_FALSE(record.fetch.has_error());
}

TEST(MakeRecord, KeepsTheIntervalWhereNothingWasModified) {
  Outcome outcome;
  outcome.outcome = v1::FETCH_OUTCOME_NOT_MODIFIED;
  outcome.response.status = 304;
  store::StoredSource stored = Stored();
  EXPECT_EQ(MakeRecord(stored, outcome, kStart, kEnd, 0).next_fetch_time, kEnd + absl::Minutes(30));
  stored.interval = absl::Hours(7);
  EXPECT_EQ(MakeRecord(stored, outcome, kStart, kEnd, 0).next_fetch_time, kEnd + absl::Hours(7));
  EXPECT_EQ(MakeRecord(stored, outcome, kStart, kEnd, 0).interval, absl::ZeroDuration());
}

TEST(MakeRecord, WaitsLongerAfterEachFailureOfTheSource) {
  store::StoredSource stored = Stored();
  EXPECT_EQ(MakeRecord(stored, Failed(500), kStart, kEnd, 0).next_fetch_time,
            kEnd + absl::Hours(1));
  stored.source.mutable_health()->set_consecutive_failures(2);
  EXPECT_EQ(MakeRecord(stored, Failed(500), kStart, kEnd, 0).next_fetch_time,
            kEnd + absl::Hours(4));
  Outcome not_its_fault = Failed(0);
  not_its_fault.blames_source = false;
  const store::FetchRecord record = MakeRecord(stored, not_its_fault, kStart, kEnd, 0);
  EXPECT_EQ(record.next_fetch_time, kEnd + absl::Minutes(1));
  EXPECT_FALSE(record.blames_source);
  EXPECT_EQ(record.fetch.error().message(), not_its_fault.error.message());
}

TEST(MakeRecord, LeavesAServerAloneForAsLongAsItAsks) {
  const struct {
    int status;
    const char* retry_after;
    absl::Duration pause;
  } kCases[] = {
      {503, "7200", absl::Hours(2)}, {429, "7200", absl::Hours(2)},   {429, "", absl::Minutes(5)},
      {429, "1", absl::Minutes(5)},  {500, "7200", absl::Seconds(1)},
  };
  for (const auto& c : kCases) {
    const store::FetchRecord record =
        MakeRecord(Stored(), Failed(c.status, c.retry_after), kStart, kEnd, 0);
    EXPECT_EQ(record.host_not_before, kEnd + c.pause) << c.status << " " << c.retry_after;
    EXPECT_GE(record.next_fetch_time, kEnd + c.pause) << c.status << " " << c.retry_after;
    EXPECT_FALSE(record.pauses);
  }
}

TEST(MakeRecord, PausesWhatIsGoneAndFollowsWhatMovedOnlyWithAFeed) {
  EXPECT_TRUE(MakeRecord(Stored(), Failed(410), kStart, kEnd, 0).pauses);
  EXPECT_FALSE(MakeRecord(Stored(), Failed(404), kStart, kEnd, 0).pauses);
  const http::Redirect redirect{301, "https://a.example.org/feed", "https://b.example.org/feed"};
  Outcome taken = Taken();
  taken.response.redirects = {redirect};
  const store::FetchRecord first = MakeRecord(Stored(), taken, kStart, kEnd, 0);
  EXPECT_EQ(first.moved_to, redirect.to);
  EXPECT_EQ(first.moved_since, kEnd);
  EXPECT_EQ(first.adopted_url, "");
  store::StoredSource stored = Stored();
  stored.moved_to = redirect.to;
  stored.moved_since = kEnd - absl::Hours(24 * 8);
  EXPECT_EQ(MakeRecord(stored, taken, kStart, kEnd, 0).adopted_url, redirect.to);
  // A maintenance page, be it there for weeks, is no feed.
  Outcome page = Failed(200);
  page.response.redirects = {redirect};
  const store::FetchRecord record = MakeRecord(stored, page, kStart, kEnd, 0);
  EXPECT_EQ(record.adopted_url, "");
  EXPECT_EQ(record.moved_since, stored.moved_since);
}

}  // namespace
}  // namespace dateline::ingestion::fetch
