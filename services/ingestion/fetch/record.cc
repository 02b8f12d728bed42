#include "services/ingestion/fetch/record.h"

#include <algorithm>

#include "common/errors/status_proto.h"
#include "services/ingestion/fetch/interval.h"
#include "services/ingestion/fetch/permanent_move.h"
#include "services/ingestion/pipeline/time.h"

namespace dateline::ingestion::fetch {
namespace {

constexpr absl::Duration kFirstInterval = absl::Minutes(30);
// A source that failed for no fault of its own is tried again soon.
constexpr absl::Duration kSoon = absl::Minutes(1);
// Between two fetches from one host.
constexpr absl::Duration kHostPause = absl::Seconds(1);
// What 429 and 503 mean without Retry-After.
constexpr absl::Duration kBusyPause = absl::Minutes(5);
constexpr int kGone = 410;

bool AsksForPatience(int http_status) { return http_status == 429 || http_status == 503; }

void SetFetch(const Outcome& outcome, absl::Time start, absl::Time end, v1::Fetch* fetch) {
  pipeline::ToProto(start, fetch->mutable_start_time());
  pipeline::ToProto(std::max(absl::ZeroDuration(), end - start), fetch->mutable_duration());
  fetch->set_outcome(outcome.outcome);
  fetch->set_http_status(outcome.response.status);
  fetch->set_bytes(static_cast<int64_t>(outcome.response.body.size()));
  fetch->set_final_url(outcome.response.final_url);
  *fetch->mutable_counts() = outcome.delivered.counts;
  fetch->set_well_formed(outcome.outcome != v1::FETCH_OUTCOME_TAKEN || outcome.feed.well_formed());
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
  if (move.adopt) record->adopted_url = move.to;
}

absl::Duration WaitFor(const store::StoredSource& stored, const Outcome& outcome,
                       const store::FetchRecord& record) {
  const IntervalLimits limits = LimitsOf(stored.source.polling());
  const absl::Duration known =
      record.interval > absl::ZeroDuration() ? record.interval : stored.interval;
  const absl::Duration interval =
      std::clamp(known > absl::ZeroDuration() ? known : kFirstInterval, limits.min, limits.max);
  if (outcome.outcome != v1::FETCH_OUTCOME_FAILED) return interval;
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
  record.pauses = outcome.response.status == kGone;
  if (outcome.outcome == v1::FETCH_OUTCOME_TAKEN) {
    record.interval = IntervalOf(outcome.feed, outcome.publish_times,
                                 FreshFor(outcome.response.Header("cache-control")), end,
                                 LimitsOf(stored.source.polling()));
  }
  SetMove(stored, outcome, end, &record);
  const absl::Time patience = PatienceUntil(outcome.response, end);
  record.next_fetch_time = std::max(
      NextFetchTime(end, WaitFor(stored, outcome, record), jitter, outcome.feed), patience);
  record.host_not_before = std::max(end + kHostPause, patience);
  return record;
}

}  // namespace dateline::ingestion::fetch
