#include "services/ingestion/poll/record.h"

#include <gtest/gtest.h>

#include "common/api/proto_time.h"
#include "common/errors/errors.h"

namespace dateline::ingestion::poll {
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
  // Where redirects led to is the host that answered.
  outcome.response.final_url = "https://B.example.org:81/feed";
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

TEST(MakeRecord, LengthensTheIntervalWhereNothingWasModified) {
  Outcome outcome;
  outcome.outcome = v1::FETCH_OUTCOME_NOT_MODIFIED;
  outcome.response.status = 304;
  store::StoredSource stored = Stored();
  EXPECT_EQ(MakeRecord(stored, outcome, kStart, kEnd, 0).next_fetch_time, kEnd + absl::Minutes(30));
  stored.interval = absl::Hours(7);
  // A tenth longer each time, as the next document says again how busy the feed is.
  const store::FetchRecord record = MakeRecord(stored, outcome, kStart, kEnd, 0);
  EXPECT_EQ(record.interval, absl::Hours(7) * 1.1);
  EXPECT_EQ(record.next_fetch_time, kEnd + record.interval);
  stored.interval = absl::Hours(23);
  EXPECT_EQ(MakeRecord(stored, outcome, kStart, kEnd, 0).interval, absl::Hours(24));
  // Validators and digest are those of the document, which did not come.
  EXPECT_EQ(record.document_digest, "");
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
    const bool asks = c.status != 500;
    EXPECT_EQ(record.patient_host, asks ? "b.example.org:81" : "") << c.status;
    EXPECT_EQ(record.patient_until, asks ? kEnd + c.pause : absl::InfinitePast()) << c.status;
    EXPECT_GE(record.next_fetch_time, kEnd + c.pause) << c.status << " " << c.retry_after;
    EXPECT_EQ(record.host_not_before, kEnd + absl::Seconds(1));
    EXPECT_EQ(record.pause_reason, "");
  }
}

TEST(MakeRecord, PausesWhatIsGoneAndFollowsWhatMovedOnlyWithAFeed) {
  EXPECT_NE(MakeRecord(Stored(), Failed(410), kStart, kEnd, 0).pause_reason, "");
  EXPECT_EQ(MakeRecord(Stored(), Failed(404), kStart, kEnd, 0).pause_reason, "");
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
  // Secrets would go to another origin from then on.
  stored.has_credentials = true;
  EXPECT_EQ(MakeRecord(stored, taken, kStart, kEnd, 0).adopted_url, "");
  taken.response.redirects[0].to = stored.moved_to = "https://a.example.org/new";
  EXPECT_EQ(MakeRecord(stored, taken, kStart, kEnd, 0).adopted_url, stored.moved_to);
  stored.has_credentials = false;
  stored.moved_to = redirect.to;
  // A maintenance page, be it there for weeks, is no feed.
  Outcome page = Failed(200);
  page.response.redirects = {redirect};
  const store::FetchRecord record = MakeRecord(stored, page, kStart, kEnd, 0);
  EXPECT_EQ(record.adopted_url, "");
  EXPECT_EQ(record.moved_since, stored.moved_since);
}

TEST(MakeRecord, PollsSlowlyWhileAHubPushesAndLooksWhenItEnds) {
  store::StoredSource stored = Stored();
  const auto pushes_for = [&](absl::Duration duration) {
    *stored.source.mutable_health()->mutable_push_expire_time() = TimeToProto(kEnd + duration);
  };
  pushes_for(absl::Hours(100));
  EXPECT_EQ(MakeRecord(stored, Taken(), kStart, kEnd, 0).next_fetch_time, kEnd + absl::Hours(6));
  pushes_for(absl::Hours(2));
  EXPECT_EQ(MakeRecord(stored, Taken(), kStart, kEnd, 0).next_fetch_time, kEnd + absl::Hours(2));
  pushes_for(absl::Hours(100));
  stored.source.mutable_polling()->mutable_max_interval()->set_seconds(3'600);
  EXPECT_EQ(MakeRecord(stored, Taken(), kStart, kEnd, 0).next_fetch_time, kEnd + absl::Hours(1));
}

TEST(MakeRecord, KeepsOutOfTheHoursThatTheLastDocumentNamed) {
  Outcome taken = Taken();
  const int next_hour = absl::ToCivilHour(kEnd + absl::Hours(1), absl::UTCTimeZone()).hour();
  taken.feed.add_skip_hours(next_hour);
  const store::FetchRecord record = MakeRecord(Stored(), taken, kStart, kEnd, 0);
  EXPECT_NE(absl::ToCivilHour(record.next_fetch_time, absl::UTCTimeZone()).hour(), next_hour);
  store::StoredSource stored = Stored();
  stored.interval = absl::Hours(1);
  stored.skip_times = record.skip_times;
  Outcome unchanged;
  unchanged.outcome = v1::FETCH_OUTCOME_NOT_MODIFIED;
  EXPECT_NE(absl::ToCivilHour(MakeRecord(stored, unchanged, kStart, kEnd, 0).next_fetch_time,
                              absl::UTCTimeZone())
                .hour(),
            next_hour);
}

TEST(MakeRecord, KeepsToTheCrawlDelayAndSaysWhyItFetched) {
  Outcome outcome = Taken();
  outcome.crawl_delay = absl::Seconds(40);
  outcome.trigger = v1::FETCH_TRIGGER_REQUEST;
  outcome.caller = "somebody";
  const store::FetchRecord record = MakeRecord(Stored(), outcome, kStart, kEnd, 0);
  EXPECT_EQ(record.host_not_before, kEnd + absl::Seconds(40));
  EXPECT_EQ(record.fetch.trigger(), v1::FETCH_TRIGGER_REQUEST);
  EXPECT_EQ(record.fetch.caller(), "somebody");
  EXPECT_EQ(TimeFromProto(record.fetch.next_fetch_time()), record.next_fetch_time);
}

}  // namespace
}  // namespace dateline::ingestion::poll
