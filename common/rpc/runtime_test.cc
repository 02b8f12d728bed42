#include "common/rpc/runtime.h"

#include <prometheus/gauge.h>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace dateline::rpc {
namespace {

TEST(Runtime, HasAGaugeOfItsOwn) {
  obs::Metrics metrics;
  Runtime calls(metrics, /*threads=*/1, /*queue_limit=*/4);
  Runtime fetches(metrics, /*threads=*/1, /*queue_limit=*/4, Callers(), "fetches");
  const auto waiting = [&](const char* pool) {
    return metrics
        .Gauge("dateline_executor_queue_depth", "Calls that wait for a thread", {{"pool", pool}})
        .Value();
  };
  absl::Notification begun;
  absl::Notification end;
  ASSERT_TRUE(fetches.executor().TrySubmit([&] {
    begun.Notify();
    end.WaitForNotification();
  }));
  begun.WaitForNotification();
  ASSERT_TRUE(fetches.executor().TrySubmit([] {}));
  absl::Notification done;
  ASSERT_TRUE(calls.executor().TrySubmit([&] { done.Notify(); }));
  done.WaitForNotification();
  EXPECT_EQ(waiting("calls"), 0);
  EXPECT_EQ(waiting("fetches"), 1);
  end.Notify();
}

}  // namespace
}  // namespace dateline::rpc
