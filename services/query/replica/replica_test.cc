#include "services/query/replica/replica.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/position/position.h"
#include "common/testing/fake_clock.h"
#include "common/testing/proto_matchers.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/read/digest.h"
#include "services/query/replica/read/list.h"
#include "services/query/replica/replica_test_util.h"
#include "services/query/replica/store/bodies.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;
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

ResourceState TakenDown(int64_t key, int64_t version) {
  ResourceState state = testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, key, version,
                                           absl::StrCat("articles/a", key));
  state.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN);
  return state;
}

bool FileHas(const Store& store, const std::string& text) {
  std::ifstream file(store.folder() + "/data.mdb", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return absl::StrContains(bytes, text);
}

TEST_F(ReplicaTest, CompactingLeavesNoByteOfWhatWasTakenDown) {
  const auto replica = Open();
  MakeCopy(*replica, 0, 1);
  const std::string marker = "what has to go";
  uint64_t xid = 2;
  // Values that fill most of a page each, written where the marker was: LMDB leaves what stands
  // behind them as it is.
  for (int64_t key = 1; key <= 40; ++key) {
    ASSERT_THAT(replica->ApplyAndPublish(BatchOf({StateOf({.key = key, .body = marker})}, xid++)),
                IsOk());
    ASSERT_THAT(replica->ApplyAndPublish(BatchOf({TakenDown(key, 2)}, xid++)), IsOk());
    const std::string filler(static_cast<size_t>(1'100 + 40 * key), 'x');
    ASSERT_THAT(
        replica->ApplyAndPublish(BatchOf({StateOf({.key = 100 + key, .body = filler})}, xid++)),
        IsOk());
  }
  EXPECT_TRUE(FileHas(*replica->current(), marker));
  EXPECT_EQ(replica->owed_receipts()->unclean, 40);
  EXPECT_TRUE(replica->needs_compaction());
  const auto before = DigestTables(*replica->current(), [] { return absl::OkStatus(); });
  const std::shared_ptr<Store> old = replica->current();
  ASSERT_THAT(replica->Compact([] { return absl::OkStatus(); }), IsOk());
  EXPECT_FALSE(FileHas(*replica->current(), marker));
  EXPECT_FALSE(replica->needs_compaction());
  EXPECT_EQ(replica->owed_receipts()->clean.size(), 40u);
  EXPECT_EQ(Copies(), 1);
  const auto after = DigestTables(*replica->current(), [] { return absl::OkStatus(); });
  for (size_t i = 0; i < before->size(); ++i) {
    EXPECT_EQ((*after)[i].digest, (*before)[i].digest);
    EXPECT_EQ((*after)[i].entries, (*before)[i].entries);
  }
  // Who still holds the old copy reads on.
  EXPECT_EQ(Listed(*old, kAll, At(1)).size(), 40u);
  ASSERT_THAT(replica->ForgetReceipts(replica->owed_receipts()->clean), IsOk());
  EXPECT_TRUE(replica->owed_receipts()->clean.empty());
}

TEST_F(ReplicaTest, CompactingDropsADictionaryThatHasTextOfWhatWasTakenDown) {
  const auto replica = Open();
  auto copy = replica->BeginCopy();
  ASSERT_THAT(copy, IsOk());
  const std::string marker = "what has to go, although a dictionary has it";
  auto transaction = (*copy)->Write();
  ASSERT_THAT(transaction, IsOk());
  WriteDictionary(*transaction, marker, {1});
  ASSERT_THAT(transaction->Commit(), IsOk());
  Batch batch = BatchOf({StateOf({.key = 1, .body = marker}), StateOf({.key = 2})}, 1);
  ASSERT_THAT(Apply(**copy, batch), IsOk());
  const std::vector<std::string> packed =
      PackBody(ReadBody(*(*copy)->Read(), 1, Slot::kLive), ReadDictionary(*(*copy)->Read()));
  ASSERT_EQ(packed.size(), 1u);
  ASSERT_THAT(replica->Swap(*copy), IsOk());
  const std::string kept = ReadBody(*replica->current()->Read(), 2, Slot::kLive);
  // The dictionary stays as long as all that it was made of is there.
  ASSERT_THAT(replica->Compact([] { return absl::OkStatus(); }), IsOk());
  EXPECT_NE(ReadDictionary(*replica->current()->Read()).id, 0u);
  EXPECT_TRUE(FileHas(*replica->current(), packed[0]));
  ASSERT_THAT(replica->ApplyAndPublish(BatchOf({TakenDown(1, 2)}, 2)), IsOk());
  ASSERT_THAT(replica->Compact([] { return absl::OkStatus(); }), IsOk());
  EXPECT_EQ(ReadDictionary(*replica->current()->Read()).id, 0u);
  EXPECT_FALSE(FileHas(*replica->current(), marker));
  EXPECT_FALSE(FileHas(*replica->current(), packed[0]));
  EXPECT_EQ(ReadBody(*replica->current()->Read(), 2, Slot::kLive), kept);
}

TEST_F(ReplicaTest, CompactingKeepsAPositionThatIsOnlyInMemory) {
  const auto replica = Open();
  MakeCopy(*replica, 1, 5);
  ASSERT_THAT(replica->ApplyAndPublish(BatchOf({}, 6, 1)), IsOk());
  ASSERT_THAT(replica->ApplyAndPublish(BatchOf({}, 7, 2)), IsOk());
  ASSERT_THAT(replica->Compact([] { return absl::OkStatus(); }), IsOk());
  EXPECT_THAT(replica->position()->position, EqualsProto(PositionAt(7)));
}

TEST_F(ReplicaTest, ACompactionThatIsCutShortLeavesTheCopyAsItIs) {
  const auto replica = Open();
  MakeCopy(*replica, 2, 5);
  ASSERT_THAT(replica->ApplyAndPublish(BatchOf({TakenDown(1, 2)}, 6)), IsOk());
  EXPECT_THAT(replica->Compact([] { return absl::CancelledError("stopping"); }),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(Copies(), 1);
  EXPECT_TRUE(replica->needs_compaction());
  EXPECT_THAT(Listed(*replica->current(), kAll, At(1)), ElementsAre(2));
}

TEST_F(ReplicaTest, ACopyThatIsTooOldDoesNotServeUntilItIsToldTo) {
  MakeCopy(*Open(), 1, 5);
  clock_.Advance(absl::Minutes(11));
  const auto replica = *Replica::Open(folder_.path(), &clock_, absl::Minutes(10));
  EXPECT_EQ(replica->current(), nullptr);
  ASSERT_NE(replica->held(), nullptr);
  // Nor does compacting it change that.
  ASSERT_THAT(replica->ApplyAndPublish(BatchOf({TakenDown(1, 2)}, 6)), IsOk());
  ASSERT_THAT(replica->Compact([] { return absl::OkStatus(); }), IsOk());
  EXPECT_EQ(replica->current(), nullptr);
  replica->StartServing();
  EXPECT_EQ(replica->current(), replica->held());
}

// The catalog is away: nothing tells the time but this machine, whose clock is 20 s ahead.
TEST_F(ReplicaTest, TimeGoesOnWhileNobodyRuns) {
  const absl::Time written = At(0) + absl::Seconds(20);
  clock_.SetNow(written);
  MakeCopy(*Open(), 1, 1);
  const auto open_after = [&](absl::Duration away) {
    timespec times[2] = {absl::ToTimespec(written), absl::ToTimespec(written)};
    EXPECT_EQ(::utimensat(AT_FDCWD, (folder_.path() + "/copy-1/data.mdb").c_str(), times, 0), 0);
    clock_.SetNow(written + away);
    return Open()->clock().Now();
  };
  EXPECT_EQ(open_after(absl::Seconds(60)), At(60));
  // A clock that was set back, or that leapt, tells nothing.
  EXPECT_EQ(open_after(-absl::Minutes(1)), At(0));
  EXPECT_EQ(open_after(absl::Hours(2)), At(0));
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
  readers.reserve(2);
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
