#include "services/catalog/feed/change_feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "services/catalog/testing/fake_change_log.h"

namespace dateline::catalog::feed {
namespace {

TEST(ChangeFeedTest, GoesOnAfterALookThatThrew) {
  store::FakeChangeLog log;
  std::atomic<int> looks{0};
  log.OnRead([&] {
    if (looks.fetch_add(1) == 0) throw std::runtime_error("broken");
    return absl::OkStatus();
  });
  FeedOptions options;
  options.retry_interval = absl::Milliseconds(1);
  ChangeFeed feed(log, options);
  feed.Start();
  EXPECT_TRUE(feed.WaitForNews(0, absl::Seconds(60)));
  EXPECT_EQ(feed.head().end.xid(), 7u);
  EXPECT_EQ(feed.faults(), 1);
  feed.Stop();
}

}  // namespace
}  // namespace dateline::catalog::feed
