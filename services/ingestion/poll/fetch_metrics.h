#ifndef DATELINE_SERVICES_INGESTION_POLL_FETCH_METRICS_H_
#define DATELINE_SERVICES_INGESTION_POLL_FETCH_METRICS_H_

#include "absl/time/time.h"
#include "common/obs/metrics.h"
#include "dateline/ingestion/v1/fetches.pb.h"

namespace dateline::ingestion::poll {

// An outcome as metrics name it.
const char* NameOf(v1::FetchOutcome outcome);

// Counts fetches by outcome, trigger and reason of failure, their bytes and times, and how long due
// sources waited. Thread-safe.
class FetchMetrics {
 public:
  // `metrics` must outlive it.
  explicit FetchMetrics(obs::Metrics& metrics) : metrics_(metrics) {}

  // An attempt that was made. `wait` is how long after it was due it began; only of scheduled ones.
  void Record(const v1::Fetch& fetch, absl::Duration wait);

 private:
  obs::Metrics& metrics_;
};

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_FETCH_METRICS_H_
