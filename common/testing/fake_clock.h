#ifndef DATELINE_COMMON_TESTING_FAKE_CLOCK_H_
#define DATELINE_COMMON_TESTING_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"

namespace dateline::testing {

// A clock that stands still until it is moved. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'790'000'000)) : now_(now) {}

  absl::Time Now() override {
    MutexLock lock(mutex_);
    return now_;
  }
  absl::Duration Elapsed() override {
    MutexLock lock(mutex_);
    return elapsed_;
  }

  // Time passes: both clocks move on.
  void Advance(absl::Duration duration) {
    MutexLock lock(mutex_);
    now_ += duration;
    elapsed_ += duration;
  }

  // Somebody sets the calendar clock; elapsed time does not notice.
  void SetNow(absl::Time now) {
    MutexLock lock(mutex_);
    now_ = now;
  }

 private:
  Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
  absl::Duration elapsed_ ABSL_GUARDED_BY(mutex_) = absl::Seconds(1'000);
};

}  // namespace dateline::testing

#endif  // DATELINE_COMMON_TESTING_FAKE_CLOCK_H_
