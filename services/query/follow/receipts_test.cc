// Receipts wait for those who made something of the copy.
#include "services/query/follow/receipts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/mutex.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/read/journal.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::follow {
namespace {

using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Keeps what is acknowledged.
class Feed final : public CatalogFeed {
 public:
  absl::Status Export(
      const catalog::v1::ExportResourcesRequest& /*request*/,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& /*on_page*/)
      override {
    return absl::UnimplementedError("not called");
  }
  absl::Status Stream(const std::string& /*position*/,
                      const std::function<absl::Status(catalog::v1::StreamChangesResponse)>&
                      /*on_batch*/) override {
    return absl::UnimplementedError("not called");
  }
  absl::Status Register() override { return absl::OkStatus(); }
  absl::Status Acknowledge(const std::string& article) override {
    MutexLock lock(mutex_);
    acknowledged_.push_back(article);
    changed_.SignalAll();
    return absl::OkStatus();
  }
  void Cancel() override {}

  std::vector<std::string> acknowledged() {
    MutexLock lock(mutex_);
    return acknowledged_;
  }
  void Await(size_t count) {
    MutexLock lock(mutex_);
    while (acknowledged_.size() < count) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<std::string> acknowledged_ ABSL_GUARDED_BY(mutex_);
};

// What others say, and what they were asked.
class Others {
 public:
  bool IsClean(const JournalPlace& place) {
    MutexLock lock(mutex_);
    places_.push_back(place);
    changed_.SignalAll();
    return is_clean_;
  }
  void SetClean() {
    MutexLock lock(mutex_);
    is_clean_ = true;
  }
  // Waits until they are asked once more.
  JournalPlace AwaitQuestion() {
    MutexLock lock(mutex_);
    const size_t before = places_.size();
    while (places_.size() == before) changed_.Wait(mutex_);
    return places_.back();
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool is_clean_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<JournalPlace> places_ ABSL_GUARDED_BY(mutex_);
};

class ReceiptsTest : public ::testing::Test {
 protected:
  ReceiptsTest() : replica_(*replica::Replica::Open(folder_.path(), &clock_)) {
    const auto copy = *replica_->BeginCopy();
    EXPECT_THAT(replica::Apply(*copy, replica::testing::BatchOf({})), IsOk());
    EXPECT_THAT(replica_->Swap(copy), IsOk());
  }

  // Takes down an article that the copy never had: of itself it has nothing to clean.
  void TakeDown(int64_t key) {
    catalog::v1::ResourceState state = replica::testing::Tombstone(
        catalog::v1::RESOURCE_KIND_ARTICLE, key, 1, absl::StrCat("articles/a", key));
    state.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN);
    ASSERT_THAT(replica_->ApplyAndPublish(replica::testing::BatchOf({state}, ++xid_)), IsOk());
  }

  dateline::testing::FakeClock clock_;
  replica::testing::TemporaryFolder folder_;
  std::unique_ptr<replica::Replica> replica_;
  Feed feed_;
  Others others_;
  uint64_t xid_ = 1;
};

TEST_F(ReceiptsTest, WaitUntilOthersHaveFollowedAndAreClean) {
  TakeDown(1);
  ReceiptSender sender(*replica_, feed_, /*metrics=*/nullptr,
                       [&](const JournalPlace& place) { return others_.IsClean(place); });
  const JournalPlace place = others_.AwaitQuestion();
  {
    const auto transaction = *replica_->held()->Read();
    EXPECT_EQ(place.copy, replica::CopyId(transaction));
    EXPECT_EQ(place.number, replica::JournalEnd(transaction));
  }
  // What is taken down meanwhile is not what they were asked for.
  TakeDown(2);
  sender.Wake();
  EXPECT_EQ(others_.AwaitQuestion().number, place.number);
  EXPECT_THAT(feed_.acknowledged(), IsEmpty());
  others_.SetClean();
  feed_.Await(1);
  EXPECT_EQ(feed_.acknowledged().front(), "articles/a1");
  sender.Wake();
  feed_.Await(2);
  EXPECT_THAT(feed_.acknowledged(), ElementsAre("articles/a1", "articles/a2"));
}

TEST_F(ReceiptsTest, AreSentAtOnceWhereNobodyElseIs) {
  TakeDown(1);
  ReceiptSender sender(*replica_, feed_, /*metrics=*/nullptr);
  feed_.Await(1);
  EXPECT_THAT(feed_.acknowledged(), ElementsAre("articles/a1"));
}

}  // namespace
}  // namespace dateline::query::follow
