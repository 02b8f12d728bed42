#include "services/query/replica/replica.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/position/position.h"
#include "common/testing/fake_clock.h"
#include "common/testing/proto_matchers.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/read/list.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::replica {
namespace {

using dateline::testing::EqualsProto;
using dateline::testing::FakeClock;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using testing::At;
using testing::BatchOf;
using ::testing::ElementsAre;
using testing::Listed;
using testing::PositionAt;
using testing::StateOf;

const std::string kAll = ListPrefix(Dimension::kAll, 0);

class ReplicaTest : public ::testing::Test {
 protected:
  std::unique_ptr<Replica> Open() { return *Replica::Open(folder_.path(), &clock_); }

  // Makes and swaps in a copy with articles 1 to `articles`.
  void MakeCopy(Replica& replica, int64_t articles, uint64_t xid, uint32_t timeline = 1) {
    auto copy = replica.BeginCopy();
    ASSERT_THAT(copy, IsOk());
    Batch batch = BatchOf({}, xid);
    batch.position = PositionAt(xid, timeline);
    for (int64_t key = 1; key <= articles; ++key) batch.states.push_back(StateOf({.key = key}));
    ASSERT_THAT(Apply(**copy, batch), IsOk());
    ASSERT_THAT(replica.Swap(*copy), IsOk());
  }

  size_t Copies() const {
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      if (entry.is_directory()) ++count;
    }
    return count;
  }

  testing::TemporaryFolder folder_;
  FakeClock clock_;
};

TEST_F(ReplicaTest, ServesNothingBeforeThereIsACompleteCopy) {
  const auto replica = Open();
  EXPECT_EQ(replica->current(), nullptr);
  EXPECT_TRUE(replica->position()->token.empty());
  EXPECT_THAT(replica->ApplyAndPublish(BatchOf({})),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ReplicaTest, GoesOnWhereItWasAfterARestart) {
  {
    const auto replica = Open();
    MakeCopy(*replica, 2, 5);
    ASSERT_THAT(replica->ApplyAndPublish(BatchOf({StateOf({.key = 3})}, 6, 20)), IsOk());
  }
  const auto replica = Open();
  ASSERT_NE(replica->current(), nullptr);
  EXPECT_THAT(replica->position()->position, EqualsProto(PositionAt(6)));
  EXPECT_EQ(replica->position()->token, EncodePosition(PositionAt(6)));
  EXPECT_THAT(Listed(*replica->current(), kAll, At(20)), ElementsAre(1, 2, 3));
  // The time stored with the copy holds a wrong machine clock back at once.
  clock_.SetNow(At(7'200));
  EXPECT_LE(replica->clock().Now(), At(25));
}

TEST_F(ReplicaTest, ForgetsACopyThatWasNotFinished) {
  {
    const auto replica = Open();
    auto copy = replica->BeginCopy();
    ASSERT_THAT(copy, IsOk());
    ASSERT_THAT(Apply(**copy, BatchOf({StateOf({.key = 1})})), IsOk());
  }
  const auto replica = Open();
  EXPECT_EQ(replica->current(), nullptr);
  EXPECT_EQ(Copies(), 0);
}

TEST_F(ReplicaTest, KeepsTheOldCopyWhenTheNewOneCannotBeNamed) {
  const auto replica = Open();
  MakeCopy(*replica, 1, 5);
  std::filesystem::create_directories(folder_.path() + "/CURRENT.new/in-the-way");
  auto copy = replica->BeginCopy();
  ASSERT_THAT(copy, IsOk());
  ASSERT_THAT(Apply(**copy, BatchOf({}, 6)), IsOk());
  EXPECT_THAT(replica->Swap(*copy), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(replica->position()->position, EqualsProto(PositionAt(5)));
  EXPECT_THAT(Listed(*replica->current(), kAll, At(1)), ElementsAre(1));
}

TEST_F(ReplicaTest, DoesNotPileUpUnfinishedCopies) {
  const auto replica = Open();
  MakeCopy(*replica, 1, 5);
  for (int i = 0; i < 3; ++i) ASSERT_THAT(replica->BeginCopy(), IsOk());
  EXPECT_EQ(Copies(), 2);
}

TEST_F(ReplicaTest, StartsAnewWhenTheCopyIsOfAnotherFormat) {
  {
    const auto replica = Open();
    MakeCopy(*replica, 1, 5);
    auto transaction = replica->current()->Write();
    ASSERT_THAT(transaction, IsOk());
    transaction->Put(Table::kMeta, "format", "0");
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  const auto replica = Open();
  EXPECT_EQ(replica->current(), nullptr);
  EXPECT_EQ(Copies(), 0);
}

TEST_F(ReplicaTest, StartsAnewWhenTheCopyIsDamaged) {
  std::string folder;
  {
    const auto replica = Open();
    MakeCopy(*replica, 1, 5);
    folder = replica->current()->folder();
  }
  std::ofstream(folder + "/data.mdb", std::ios::binary) << std::string(8'192, 'x');
  EXPECT_EQ(Open()->current(), nullptr);
  std::ofstream(folder_.path() + "/CURRENT") << "../elsewhere\n";
  EXPECT_EQ(Open()->current(), nullptr);
}

TEST_F(ReplicaTest, ServesTheOldCopyToThoseWhoHoldItAcrossASwap) {
  const auto replica = Open();
  MakeCopy(*replica, 1, 5);
  const std::shared_ptr<Store> old = replica->current();
  MakeCopy(*replica, 3, 2, /*timeline=*/2);
  EXPECT_THAT(Listed(*old, kAll, At(1)), ElementsAre(1));
  EXPECT_THAT(Listed(*replica->current(), kAll, At(1)), ElementsAre(1, 2, 3));
  EXPECT_THAT(replica->position()->position, EqualsProto(PositionAt(2, 2)));
  EXPECT_EQ(Copies(), 1);
}

TEST_F(ReplicaTest, MovesThePositionWithoutWritingItEveryTime) {
  const auto replica = Open();
  MakeCopy(*replica, 1, 5);
  ASSERT_THAT(replica->ApplyAndPublish(BatchOf({}, 6, 1)), IsOk());
  ASSERT_THAT(replica->ApplyAndPublish(BatchOf({}, 7, 2)), IsOk());
  EXPECT_THAT(replica->position()->position, EqualsProto(PositionAt(7)));
  EXPECT_THAT(ReadCopyState(*replica->current())->position, EqualsProto(PositionAt(6)));
  clock_.Advance(absl::Seconds(6));
  ASSERT_THAT(replica->ApplyAndPublish(BatchOf({}, 8, 3)), IsOk());
  EXPECT_THAT(ReadCopyState(*replica->current())->position, EqualsProto(PositionAt(8)));
}

TEST_F(ReplicaTest, ReadersNeverSeeHalfABatch) {
  const auto replica = Open();
  MakeCopy(*replica, 0, 1);
  // Every batch moves all ten articles to one of two topics: a reader finds all of them in one.
  std::promise<void> stop;
  std::shared_future<void> stopped(stop.get_future());
  std::vector<std::thread> readers;
  std::atomic<int> wrong{0};
  std::atomic<int> reads{0};
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (stopped.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        const auto store = replica->current();
        const auto transaction = store->Read();
        const int64_t first =
            CountList(*transaction, ListPrefix(Dimension::kTopic, 1), At(100)).size;
        const int64_t second =
            CountList(*transaction, ListPrefix(Dimension::kTopic, 2), At(100)).size;
        if (first + second != 10 && first + second != 0) ++wrong;
        if (first != 0 && second != 0) ++wrong;
        ++reads;
      }
    });
  }
  for (int64_t version = 1; version <= 200 || reads < 100; ++version) {
    Batch batch = BatchOf({}, static_cast<uint64_t>(version + 1), version % 50);
    for (int64_t key = 1; key <= 10; ++key) {
      batch.states.push_back(
          StateOf({.key = key, .version = version, .topics = {1 + version % 2}}));
    }
    ASSERT_THAT(replica->ApplyAndPublish(batch), IsOk());
  }
  stop.set_value();
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace dateline::query::replica
