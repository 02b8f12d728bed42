#ifndef DATELINE_COMMON_BASE_WORKER_H_
#define DATELINE_COMMON_BASE_WORKER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"

namespace dateline {

// A background thread that works in steps until it is stopped. What a step throws ends that step
// only. Thread-safe. As a member it comes last: the thread starts at once.
class Worker {
 public:
  // One step; answers how long to rest before the next.
  using Step = std::function<absl::Duration(Worker& worker)>;
  // Told what a step has thrown; the text is for logs. Must not throw.
  using OnThrow = std::function<void(absl::string_view what)>;

  // After a throw it rests for this long.
  static constexpr absl::Duration kRestAfterThrow = absl::Seconds(1);

  // Starts with a step. What both functions refer to must outlive the worker.
  Worker(Step step, OnThrow on_throw);
  // Stops.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Ends rests, and waits for the end of the step under way. Not from a step.
  void Stop();
  // Whether Stop was called: a long step looks, and ends early.
  bool stopping() const;
  // Ends the rest between two steps, or the next one.
  void Wake();
  // Waits within a step, for `pause` or until Stop; Wake does not count. False when stopping.
  bool Rest(absl::Duration pause);

 private:
  void Run(const Step& step, const OnThrow& on_throw);
  bool RestUnless(absl::Duration pause, bool wakes);

  mutable Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// `first`, doubled `times` times, at most `longest`. `times` is not negative. Pure.
absl::Duration Doubled(absl::Duration first, int times, absl::Duration longest);

// How long to wait after `failures` failures in a row before the next attempt: at random between
// half of Doubled(first, failures, longest) and all of it, so that those who failed together do
// not come back together. Thread-safe.
absl::Duration BackOff(absl::Duration first, int failures, absl::Duration longest);

}  // namespace dateline

#endif  // DATELINE_COMMON_BASE_WORKER_H_
