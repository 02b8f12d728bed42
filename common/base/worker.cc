#include "common/base/worker.h"

#include <algorithm>
#include <random>
#include <utility>

#include "common/base/clock.h"
#include "common/base/guard.h"

namespace dateline {

Worker::Worker(Step step, OnThrow on_throw)
    : thread_([this, step = std::move(step), on_throw = std::move(on_throw)] {
        Run(step, on_throw);
      }) {}

Worker::~Worker() { Stop(); }

void Worker::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

bool Worker::stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

void Worker::Wake() {
  MutexLock lock(mutex_);
  woken_ = true;
  changed_.SignalAll();
}

bool Worker::Rest(absl::Duration pause) { return RestUnless(pause, /*wakes=*/false); }

bool Worker::RestUnless(absl::Duration pause, bool wakes) {
  const absl::Duration until = RealClock()->Elapsed() + pause;
  MutexLock lock(mutex_);
  while (!stopping_ && !(wakes && woken_)) {
    const absl::Duration left = until - RealClock()->Elapsed();
    if (left <= absl::ZeroDuration()) break;
    // An infinite wait would overflow in the standard library.
    changed_.WaitFor(mutex_, std::min(left, absl::Hours(1)));
  }
  if (wakes) woken_ = false;
  return !stopping_;
}

void Worker::Run(const Step& step, const OnThrow& on_throw) {
  while (!stopping()) {
    absl::Duration rest = kRestAfterThrow;
    const absl::Status status = RunGuarded(
        [&] {
          rest = step(*this);
          return absl::OkStatus();
        },
        [&](absl::string_view what) {
          on_throw(what);
          return absl::InternalError("a step threw");
        });
    // What made it throw is still there when it is woken.
    RestUnless(rest, /*wakes=*/status.ok());
  }
}

absl::Duration Doubled(absl::Duration first, int times, absl::Duration longest) {
  // More would overflow, and is beyond any bound.
  constexpr int kMostDoublings = 40;
  return std::min(first * (int64_t{1} << std::min(times, kMostDoublings)), longest);
}

absl::Duration BackOff(absl::Duration first, int failures, absl::Duration longest) {
  thread_local std::minstd_rand random{std::random_device{}()};
  return Doubled(first, failures, longest) * std::uniform_real_distribution<double>(0.5, 1)(random);
}

}  // namespace dateline
