#ifndef DATELINE_SERVICES_INGESTION_POLL_SCHEDULER_H_
#define DATELINE_SERVICES_INGESTION_POLL_SCHEDULER_H_

#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/obs/metrics.h"
#include "services/ingestion/poll/poll.h"

namespace dateline::ingestion::poll {

struct SchedulerOptions {
  int workers = 4;  // sources fetched at once by this process
  // How often an idle worker looks for due sources.
  absl::Duration idle = absl::Seconds(1);
  // How often what is past use is forgotten.
  absl::Duration sweep = absl::Hours(1);
};

// Polls due sources in the background, together with the other ingestion processes: the leases in
// the store see to it that each source is fetched by one. Outages of the store or the catalog are
// waited out. Thread-safe.
class Scheduler {
 public:
  // Starts. What `dependencies` and `metrics` refer to must outlive it.
  Scheduler(Dependencies dependencies, SchedulerOptions options, obs::Metrics& metrics);
  // Stops: cancels the fetches under way, whose sources are due again soon, and waits for them.
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

 private:
  void Work(bool sweeps);
  bool stopping();
  // Forgets what is past use if it is time.
  void SweepIfDue(const RequestContext& context, absl::Duration* next);
  // Waits until there may be something to do; at most `limit`.
  void Rest(absl::Duration limit);
  void Count(const absl::StatusOr<std::optional<v1::PollSourceResponse>>& polled);

  const Dependencies dependencies_;
  const SchedulerOptions options_;
  obs::Metrics& metrics_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> workers_;
};

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_SCHEDULER_H_
