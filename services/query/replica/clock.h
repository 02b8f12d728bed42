#ifndef DATELINE_SERVICES_QUERY_REPLICA_CLOCK_H_
#define DATELINE_SERVICES_QUERY_REPLICA_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"

namespace dateline::query::replica {

// The replica's *now* (design.md, section 4): the latest of this machine's clock, the newest time
// of the primary that was seen, and the last instant judged by; so a slow clock never hides what
// was just published, and time never runs backwards for readers. A machine clock more than 5 s
// ahead of the primary's time is not believed: then it is the primary's time plus what has elapsed
// since, so that a wrong clock opens no embargo. Until the primary was heard of in this process,
// the time stored with the copy takes its place, and what has gone by since it was written
// (replica.cc). Thread-safe.
class ReplicaClock {
 public:
  explicit ReplicaClock(Clock* clock) : clock_(clock) {}

  // The primary's clock showed `at` a moment ago (a change or a bookmark).
  void Observe(absl::Time at);

  // The instant to judge visibility by.
  absl::Time Now();

  // How far this machine's clock is ahead of the primary's; zero before the first Observe.
  absl::Duration Skew();

 private:
  absl::Time StreamTime() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Clock* const clock_;
  Mutex mutex_;
  absl::Time observed_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Duration observed_elapsed_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_CLOCK_H_
