#include "common/base/worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

namespace dateline {
namespace {

// Counts up; Await returns when a count is reached.
class Counter {
 public:
  int Add() {
    MutexLock lock(mutex_);
    changed_.SignalAll();
    return ++count_;
  }
  void Await(int count) {
    MutexLock lock(mutex_);
    while (count_ < count) changed_.Wait(mutex_);
  }
  int count() {
    MutexLock lock(mutex_);
    return count_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

void Unexpected(absl::string_view what) { ADD_FAILURE() << what; }

TEST(WorkerTest, WorksAgainAtOnceWhereNoRestIsAskedFor) {
  Counter steps;
  Worker worker(
      [&](Worker&) {
        steps.Add();
        return absl::ZeroDuration();
      },
      Unexpected);
  steps.Await(3);
}

TEST(WorkerTest, RestsUntilItIsWoken) {
  Counter steps;
  Worker worker(
      [&](Worker&) {
        steps.Add();
        return absl::InfiniteDuration();
      },
      Unexpected);
  for (int step = 1; step <= 3; ++step) {
    steps.Await(step);
    worker.Wake();
  }
  worker.Stop();
  EXPECT_TRUE(worker.stopping());
  EXPECT_GE(steps.count(), 3);
}

TEST(WorkerTest, StopsARestWithinAStep) {
  Counter steps;
  std::atomic<bool> rested_whole{true};
  Worker worker(
      [&](Worker& self) {
        steps.Add();
        rested_whole = self.Rest(absl::InfiniteDuration());
        return absl::ZeroDuration();
      },
      Unexpected);
  steps.Await(1);
  worker.Wake();
  worker.Stop();
  EXPECT_FALSE(rested_whole);
  EXPECT_EQ(steps.count(), 1);
}

TEST(WorkerTest, GoesOnAfterAThrow) {
  Counter steps;
  std::vector<std::string> thrown;  // The worker's thread alone touches it until Stop.
  Worker worker(
      [&](Worker&) -> absl::Duration {
        if (steps.Add() == 1) throw std::runtime_error("bad");
        return absl::InfiniteDuration();
      },
      [&](absl::string_view what) { thrown.emplace_back(what); });
  steps.Await(2);
  worker.Stop();
  EXPECT_EQ(thrown, std::vector<std::string>{"bad"});
}

TEST(BackOffTest, DoublesUpToItsBound) {
  EXPECT_EQ(Doubled(absl::Milliseconds(100), 0, absl::Minutes(1)), absl::Milliseconds(100));
  EXPECT_EQ(Doubled(absl::Milliseconds(100), 3, absl::Minutes(1)), absl::Milliseconds(800));
  for (const int times : {10, 63, 1'000'000}) {
    EXPECT_EQ(Doubled(absl::Milliseconds(100), times, absl::Minutes(1)), absl::Minutes(1));
  }
}

TEST(BackOffTest, LiesBetweenHalfAndAll) {
  for (int i = 0; i < 100; ++i) {
    const absl::Duration pause = BackOff(absl::Seconds(1), 2, absl::Minutes(1));
    EXPECT_GE(pause, absl::Seconds(2));
    EXPECT_LE(pause, absl::Seconds(4));
  }
}

}  // namespace
}  // namespace dateline
