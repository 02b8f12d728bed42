#include "common/base/executor.h"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace dateline {
namespace {

TEST(BoundedExecutor, RefusesWhenQueueIsFull) {
  // Before the executor: its destructor waits for tasks that use them.
  std::promise<void> started;
  std::promise<void> release;
  BoundedExecutor executor(1, 1);
  ASSERT_TRUE(executor.TrySubmit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(executor.TrySubmit([] {}));
  EXPECT_EQ(executor.queue_depth(), 1u);
  EXPECT_FALSE(executor.TrySubmit([] {}));
  release.set_value();
}

TEST(BoundedExecutor, ShutdownRunsWhatWaitsAndRefusesMore) {
  std::atomic<int> ran{0};
  BoundedExecutor executor(2, 1000);
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(executor.TrySubmit([&] { ++ran; }));
  executor.Shutdown();
  EXPECT_EQ(ran, 500);
  EXPECT_FALSE(executor.TrySubmit([&] { ++ran; }));
  executor.Shutdown();
  EXPECT_EQ(ran, 500);
}

TEST(BoundedExecutor, RunsEveryTaskThatItTookFromManyThreads) {
  std::atomic<int> ran{0};
  std::atomic<int> taken{0};
  BoundedExecutor executor(3, 8);
  std::vector<std::thread> producers;
  for (int i = 0; i < 4; ++i) {
    producers.emplace_back([&] {
      for (int n = 0; n < 250; ++n) {
        if (executor.TrySubmit([&] { ++ran; })) ++taken;
      }
    });
  }
  for (std::thread& producer : producers) producer.join();
  executor.Shutdown();
  EXPECT_EQ(ran, taken);
  EXPECT_GT(ran, 0);
}

TEST(BoundedExecutor, ReportsDepthDownToZero) {
  std::vector<size_t> depths;
  {
    BoundedExecutor executor(1, 4, [&](size_t depth) { depths.push_back(depth); });
    ASSERT_TRUE(executor.TrySubmit([] {}));
  }
  EXPECT_EQ(depths, (std::vector<size_t>{1, 0}));
}

}  // namespace
}  // namespace dateline
