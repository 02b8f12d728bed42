#ifndef DATELINE_SERVICES_QUERY_REPLICA_WAITERS_H_
#define DATELINE_SERVICES_QUERY_REPLICA_WAITERS_H_

#include <cstdint>
#include <functional>
#include <list>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "dateline/content/v1/position.pb.h"

namespace dateline::query::replica {

// Calls that wait for a position, without a thread each. A thread of its own ends them all, so that
// neither what an answer costs nor what it throws reaches the thread that applies. Thread-safe.
class PositionWaiters {
 public:
  // How a wait ended.
  enum class Outcome { kReached, kTimeout, kOtherLog };
  using Done = std::function<void(Outcome)>;

  PositionWaiters(Clock* clock, size_t limit);
  // Ends all waits with kTimeout.
  ~PositionWaiters();

  // Calls `done` once, from another thread: when the position was reached, or at `deadline` (an
  // instant of Clock::Elapsed). What it throws is logged and ends that one wait only. False, and
  // `done` is not called, if too many wait already.
  [[nodiscard]] bool Add(const content::v1::LogPosition& position, absl::Duration deadline,
                         Done done);

  // The replica has come to `position`; one without a log id (no copy yet) ends no wait. Calls
  // nothing itself.
  void Reached(const content::v1::LogPosition& position);

 private:
  struct Waiter {
    content::v1::LogPosition position;
    absl::Duration deadline;
    Done done;
  };

  struct Ended {
    Done done;
    Outcome outcome;
  };

  void Loop();
  // Moves the waits whose deadline has passed to `ended_`; how long until the next one.
  absl::Duration EndLate() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Clock* const clock_;
  const size_t limit_;
  Mutex mutex_;
  CondVar changed_;
  std::list<Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  std::list<Ended> ended_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_WAITERS_H_
