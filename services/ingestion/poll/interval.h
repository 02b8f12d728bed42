#ifndef DATELINE_SERVICES_INGESTION_POLL_INTERVAL_H_
#define DATELINE_SERVICES_INGESTION_POLL_INTERVAL_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/http/request.h"
#include "dateline/ingestion/v1/feed.pb.h"
#include "dateline/ingestion/v1/source.pb.h"

// When a source is fetched next. All functions are pure.
namespace dateline::ingestion::poll {

// The limits of a source's interval: its policy's, else 5 minutes and a day.
struct IntervalLimits {
  absl::Duration min;
  absl::Duration max;
};
IntervalLimits LimitsOf(const v1::PollingPolicy& policy);

// The interval that a document asks for: a week divided by the entries that it had in the last
// week, but no less than the feed (ttl, sy:updatePeriod) and the server (`fresh_for`, see FreshFor)
// say; within the limits.
absl::Duration IntervalOf(const v1::Feed& feed, const std::vector<absl::Time>& publish_times,
                          absl::Duration fresh_for, absl::Time now, const IntervalLimits& limits);

// The interval after `failures` failures in a row: doubled at each, a day at most.
absl::Duration BackOff(absl::Duration interval, int failures);

// `interval` from `now`, lengthened by up to a tenth by `jitter` (from 0 to 1), so that sources do
// not march in step, or, where that would exceed the longest one, shortened by as much within the
// limits; then on to the first hour in which the feed does not ask to be left alone (RSS 2.0
// skipHours and skipDays, GMT).
absl::Time NextFetchTime(absl::Time now, absl::Duration interval, const IntervalLimits& limits,
                         double jitter, const v1::Feed& feed);

// How long an answer may be taken as fresh by its Cache-Control (RFC 9111, 5.2.2.1); zero if it
// does not say.
absl::Duration FreshFor(const std::string& cache_control);

// The same for a whole answer that came `now`: its Cache-Control, else its Expires as seen from its
// Date (RFC 9111, 4.2.1).
absl::Duration FreshFor(const http::HttpResponse& response, absl::Time now);

// Until when Retry-After (RFC 9110, 10.2.3: seconds or a date) wants to be left alone, a day at
// most; infinite past if it does not say.
absl::Time RetryAfter(const std::string& retry_after, absl::Time now);

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_INTERVAL_H_
