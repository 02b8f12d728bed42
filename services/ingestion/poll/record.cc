#include "services/ingestion/poll/record.h"

#include <algorithm>

#include "common/api/proto_time.h"
#include "common/errors/status_proto.h"
#include "services/ingestion/poll/interval.h"
#include "services/ingestion/poll/permanent_move.h"
#include "services/ingestion/store/host.h"

namespace dateline::ingestion::poll {
namespace {

constexpr absl::Duration kFirstInterval = absl::Minutes(30);
// A source that failed for no fault of its own is tried again soon.
constexpr absl::Duration kSoon = absl::Minutes(1);
// Between two fetches from one host.
constexpr absl::Duration kHostPause = absl::Seconds(1);
// What 429 and 503 mean without Retry-After.
constexpr absl::Duration kBusyPause = absl::Minutes(5);
constexpr int kGone = 410;
// Between two fetches of a source whose hub announces changes; polling goes on as hubs fail too.
constexpr absl::Duration kPushedInterval = absl::Hours(6);

bool AsksForPatience(int http_status) { return http_status == 429 || http_status == 503; }

void SetFetch(const Outcome& outcome, absl::Time start, absl::Time end, v1::Fetch* fetch) {
  *fetch->mutable_start_time() = TimeToProto(start);
  *fetch->mutable_duration() = DurationToProto(std::max(absl::ZeroDuration(), end - start));
  fetch->set_outcome(outcome.outcome);
  fetch->set_http_status(outcome.response.status);
  fetch->set_bytes(static_cast<int64_t>(outcome.response.body.size()));
  fetch->set_final_url(outcome.response.final_url);
  *fetch->mutable_counts() = outcome.delivered.counts;
  fetch->set_well_formed(outcome.outcome != v1::FETCH_OUTCOME_TAKEN || outcome.feed.well_formed());
  fetch->set_trigger(outcome.trigger);
  fetch->set_caller(outcome.caller);
  if (!outcome.error.ok()) *fetch->mutable_error() = error::ToProto(outcome.error);
}

absl::Time PatienceUntil(const http::HttpResponse& response, absl::Time now) {
  if (!AsksForPatience(response.status)) return absl::InfinitePast();
  return std::max(RetryAfter(response.Header("retry-after"), now), now + kBusyPause);
}

void SetMove(const store::StoredSource& stored, const Outcome& outcome, absl::Time end,
             store::FetchRecord* record) {
  record->moved_to = stored.moved_to;
  record->moved_since = stored.moved_since;
  // Only what leads to a feed is a move.
  if (outcome.outcome != v1::FETCH_OUTCOME_TAKEN) return;
  const Move move = JudgeMove(stored.source.url(), outcome.response.redirects,
                              {stored.moved_to, stored.moved_since}, end);
  record->moved_to = move.to;
  record->moved_since = move.since;
  // Secrets go to the origin that they were given for, and to no other by itself.
  if (move.adopt && (!stored.has_credentials || store::SameOrigin(stored.source.url(), move.to))) {
    record->adopted_url = move.to;
  }
}

absl::Duration WaitFor(const store::StoredSource& stored, const Outcome& outcome,
                       const store::FetchRecord& record) {
  const IntervalLimits limits = LimitsOf(stored.source.polling());
  absl::Duration known = record.interval > absl::ZeroDuration() ? record.interval : stored.interval;
  if (known <= absl::ZeroDuration()) known = kFirstInterval;
  const bool failed = outcome.outcome == v1::FETCH_OUTCOME_FAILED;
  if (!failed && stored.source.health().has_push_expire_time()) {
    known = std::max(known, kPushedInterval);
  }
  const absl::Duration interval = std::clamp(known, limits.min, limits.max);
  if (!failed) return interval;
  if (!outcome.blames_source) return std::min(kSoon, interval);
  return BackOff(interval, stored.source.health().consecutive_failures() + 1);
}

}  // namespace

store::FetchRecord MakeRecord(const store::StoredSource& stored, const Outcome& outcome,
                              absl::Time start, absl::Time end, double jitter) {
  store::FetchRecord record;
  SetFetch(outcome, start, end, &record.fetch);
  record.http_etag = outcome.response.Header("etag");
  record.http_last_modified = outcome.response.Header("last-modified");
  record.key_form = outcome.key_form;
  record.blames_source = outcome.blames_source;
  record.document_digest = outcome.document_digest;
  record.hub_offer = outcome.hub_offer;
  if (outcome.response.status == kGone) record.pause_reason = "the server answered 410 (Gone)";
  if (outcome.outcome == v1::FETCH_OUTCOME_TAKEN) {
    record.interval =
        IntervalOf(outcome.feed, outcome.publish_times, FreshFor(outcome.response, end), end,
                   LimitsOf(stored.source.polling()));
    *record.skip_times.mutable_skip_hours() = outcome.feed.skip_hours();
    *record.skip_times.mutable_skip_days() = outcome.feed.skip_days();
  } else if (outcome.outcome == v1::FETCH_OUTCOME_NOT_MODIFIED) {
    // The next document says again how busy the feed is.
    record.interval = std::min(stored.interval * 1.1, LimitsOf(stored.source.polling()).max);
  }
  SetMove(stored, outcome, end, &record);
  const absl::Time patience = PatienceUntil(outcome.response, end);
  const bool taken = outcome.outcome == v1::FETCH_OUTCOME_TAKEN;
  record.next_fetch_time =
      NextFetchTime(end, WaitFor(stored, outcome, record), LimitsOf(stored.source.polling()),
                    jitter, taken ? record.skip_times : stored.skip_times);
  if (const auto& health = stored.source.health(); health.has_push_expire_time()) {
    // When the hub falls silent, somebody has to look.
    record.next_fetch_time =
        std::min(record.next_fetch_time, std::max(end, TimeFromProto(health.push_expire_time())));
  }
  record.next_fetch_time = std::max(record.next_fetch_time, patience);
  *record.fetch.mutable_next_fetch_time() = TimeToProto(record.next_fetch_time);
  record.host_not_before = end + std::max(kHostPause, outcome.crawl_delay);
  if (patience > end) {
    record.patient_host = store::HostOf(outcome.response.final_url);
    record.patient_until = patience;
  }
  return record;
}

}  // namespace dateline::ingestion::poll
