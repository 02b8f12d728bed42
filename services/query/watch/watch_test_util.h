#ifndef DATELINE_SERVICES_QUERY_WATCH_WATCH_TEST_UTIL_H_
#define DATELINE_SERVICES_QUERY_WATCH_WATCH_TEST_UTIL_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"

namespace dateline::query::watch::testing {

// Counts pokes. The hub may poke once more when a watcher has gone: whoever is poked shares this.
// Thread-safe. Reachable from tests only.
class Pokes {
 public:
  void Add() {
    MutexLock lock(mutex_);
    ++count_;
    added_.SignalAll();
  }
  int count() {
    MutexLock lock(mutex_);
    return count_;
  }
  // Waits until there are more than `seen`; false if there are none within `at_most`.
  bool AwaitMoreThan(int seen, absl::Duration at_most) {
    const absl::Duration end = RealClock()->Elapsed() + at_most;
    MutexLock lock(mutex_);
    while (count_ == seen) {
      if (RealClock()->Elapsed() > end) return false;
      added_.WaitFor(mutex_, absl::Seconds(1));
    }
    return true;
  }

 private:
  Mutex mutex_;
  CondVar added_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace dateline::query::watch::testing

#endif  // DATELINE_SERVICES_QUERY_WATCH_WATCH_TEST_UTIL_H_
