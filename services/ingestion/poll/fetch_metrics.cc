#include "services/ingestion/poll/fetch_metrics.h"

#include <algorithm>
#include <string>

#include "common/errors/details.h"
#include "common/errors/status_proto.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"

namespace dateline::ingestion::poll {
namespace {

const char* NameOf(v1::FetchTrigger trigger) {
  switch (trigger) {
    case v1::FETCH_TRIGGER_REQUEST:
      return "request";
    case v1::FETCH_TRIGGER_PUSH:
      return "push";
    default:
      return "schedule";
  }
}

}  // namespace

const char* NameOf(v1::FetchOutcome outcome) {
  switch (outcome) {
    case v1::FETCH_OUTCOME_TAKEN:
      return "taken";
    case v1::FETCH_OUTCOME_NOT_MODIFIED:
      return "not_modified";
    default:
      return "failed";
  }
}

void FetchMetrics::Record(const v1::Fetch& fetch, absl::Duration wait) {
  const std::string reason =
      fetch.has_error() ? error::ReasonName(error::ReasonOf(error::FromProto(fetch.error()))) : "";
  metrics_
      .Counter("dateline_ingestion_fetches_total",
               "Attempts to fetch a source by outcome, trigger and reason of failure.",
               {{"outcome", NameOf(fetch.outcome())},
                {"trigger", NameOf(fetch.trigger())},
                {"reason", reason}})
      .Increment();
  metrics_
      .Counter("dateline_ingestion_fetched_bytes_total",
               "Bytes of fetched documents, after decompression.")
      .Increment(static_cast<double>(fetch.bytes()));
  metrics_
      .Latency("dateline_ingestion_fetch_seconds",
               "How long attempts took, from the request to the record.")
      .Observe(static_cast<double>(fetch.duration().seconds()) + fetch.duration().nanos() * 1e-9);
  if (fetch.trigger() != v1::FETCH_TRIGGER_SCHEDULE) return;
  metrics_
      .Latency("dateline_ingestion_fetch_wait_seconds",
               "How long after they were due scheduled attempts began.")
      .Observe(std::max(0.0, absl::ToDoubleSeconds(wait)));
}

}  // namespace dateline::ingestion::poll
