#include "services/catalog/feed/change_feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "common/errors/errors.h"

namespace dateline::catalog::feed {
namespace {

// A log without changes whose first look throws.
class ThrowingLog : public store::ChangeLog {
 public:
  absl::StatusOr<store::LogHead> ReadHead(const RequestContext&) override {
    if (looks_.fetch_add(1) == 0) throw std::runtime_error("broken");
    store::LogHead head;
    head.position.set_log_id("log");
    head.position.set_timeline(1);
    head.position.set_xid(7);
    return head;
  }
  absl::StatusOr<store::LogPage> ReadChanges(const RequestContext&, const content::v1::LogPosition&,
                                             size_t) override {
    return error::DatabaseUnavailable();
  }
  absl::StatusOr<store::ExportPage> ReadExportPage(const RequestContext&,
                                                   const store::ExportCursor&, v1::ExportView, int,
                                                   size_t) override {
    return error::DatabaseUnavailable();
  }
  absl::StatusOr<std::vector<v1::ResourceState>> ReadArticleStates(const RequestContext&,
                                                                   const std::vector<std::string>&,
                                                                   v1::ExportView) override {
    return error::DatabaseUnavailable();
  }
  absl::StatusOr<store::LogStatus> ReadStatus(const RequestContext&) override {
    return error::DatabaseUnavailable();
  }
  absl::StatusOr<store::ResourceCounts> CountResources(const RequestContext&) override {
    return error::DatabaseUnavailable();
  }
  absl::Status MaintainPartitions(const RequestContext&, absl::Duration) override {
    return error::DatabaseUnavailable();
  }

 private:
  std::atomic<int> looks_{0};
};

TEST(ChangeFeedTest, GoesOnAfterALookThatThrew) {
  ThrowingLog log;
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
