#include "services/query/replica/apply/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/replica_test_util.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;
using dateline::testing::IsOk;
using testing::At;
using testing::BatchOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::PositionAt;
using testing::StateOf;

// An entry as text: article, what it was and is under (topic 1 marked), why.
std::string Told(const JournalEntry& entry) {
  const auto place = [](const std::optional<Listing>& listing) {
    if (!listing.has_value()) return "-";
    return Holds(Plan::Term(ListPrefix(Dimension::kTopic, 1)), *listing) ? "topic" : "all";
  };
  return absl::StrCat(entry.article, " ", place(entry.before), ">", place(entry.after), " ",
                      static_cast<int>(entry.cause));
}

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() : store_(*Store::Open(folder_.path(), /*durable=*/false)) {
    EXPECT_THAT(Apply(*store_, BatchOf({testing::PublicationState(1), testing::TopicState(1, 1),
                                        testing::TopicState(2, 1)},
                                       1)),
                IsOk());
    EXPECT_THAT(MarkComplete(*store_), IsOk());
  }

  void ApplyAll(std::vector<ResourceState> states, uint64_t xid, int64_t at = 0) {
    ASSERT_THAT(Apply(*store_, BatchOf(std::move(states), xid, at)), IsOk());
  }

  // The entries that somebody does not know yet who has read at a position.
  std::vector<std::string> Since(const content::v1::LogPosition& position) {
    std::vector<std::string> told;
    const auto transaction = store_->Read();
    const auto number = JournalNumberAt(*transaction, position);
    if (!number.has_value()) return {"expired"};
    ReadJournal(*transaction, *number, [&](const JournalEntry& entry) {
      told.push_back(Told(entry));
      return true;
    });
    return told;
  }
  std::vector<std::string> Since(uint64_t xid) { return Since(PositionAt(xid)); }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(JournalTest, TellsWhatEntersChangesAndLeaves) {
  ApplyAll({StateOf({.key = 5, .version = 1, .topics = {1}})}, 2);
  ApplyAll({StateOf({.key = 5, .version = 2, .topics = {1}})}, 3);
  ApplyAll({StateOf({.key = 5, .version = 3})}, 4);
  ApplyAll({testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, 5, 4, "articles/a5")}, 5);
  EXPECT_THAT(Since(1),
              ElementsAre("5 ->topic 0", "5 topic>topic 0", "5 topic>all 0", "5 all>- 1"));
  EXPECT_THAT(Since(3), ElementsAre("5 topic>all 0", "5 all>- 1"));
  EXPECT_THAT(Since(5), IsEmpty());
}

TEST_F(JournalTest, TellsOfOneBatchOnlyWhatItComesTo) {
  ApplyAll({StateOf({.key = 5, .version = 1}), StateOf({.key = 5, .version = 2, .topics = {1}})},
           2);
  EXPECT_THAT(Since(1), ElementsAre("5 ->topic 0"));
}

TEST_F(JournalTest, TellsNothingOfWhatIsHidden) {
  ApplyAll({StateOf({.key = 5, .version = 1, .embargo = 100})}, 2);
  ApplyAll({StateOf({.key = 5, .version = 2, .embargo = 200})}, 3);
  EXPECT_THAT(Since(1), IsEmpty());
  // The embargo comes back over what was visible: readers are not told why it is gone.
  ApplyAll({StateOf({.key = 5, .version = 3})}, 4);
  ApplyAll({StateOf({.key = 5, .version = 4, .embargo = 300})}, 5);
  EXPECT_THAT(Since(3), ElementsAre("5 ->all 0", "5 all>- 3"));
}

TEST_F(JournalTest, TellsWhatTimeTurns) {
  ApplyAll({StateOf({.key = 5, .embargo = 100, .expire = 200, .topics = {1}})}, 2);
  EXPECT_FALSE(IsDue(*store_, At(99)));
  EXPECT_TRUE(IsDue(*store_, At(100)));
  // No change came meanwhile: the position is the same, and who has read there was not told.
  ApplyAll({}, 2, 100);
  EXPECT_THAT(Since(2), ElementsAre("5 ->topic 0"));
  ApplyAll({}, 3, 200);
  EXPECT_THAT(Since(2), ElementsAre("5 ->topic 0", "5 topic>- 2"));
}

TEST_F(JournalTest, TellsATakedownWhateverWasVisible) {
  ResourceState gone = testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, 5, 2, "articles/a5");
  gone.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN);
  ApplyAll({StateOf({.key = 5, .embargo = 100})}, 2);
  ApplyAll({gone}, 3);
  EXPECT_THAT(Since(1), ElementsAre("5 ->- 4"));
}

TEST_F(JournalTest, TellsWhatAMergeOfTopicsMoves) {
  ApplyAll({StateOf({.key = 5, .topics = {2}}), StateOf({.key = 6})}, 2);
  ApplyAll({testing::TopicState(2, 2, {}, /*merged_into=*/1)}, 3);
  // What stands under the name of one is told by no article: the first entry says so.
  EXPECT_THAT(Since(2), ElementsAre("0 ->- 0", "5 all>topic 0"));
  ApplyAll({testing::TopicState(2, 3, {1})}, 4);
  EXPECT_THAT(Since(3), ElementsAre("0 ->- 0", "5 topic>all 0"));
  ApplyAll({testing::TopicState(2, 4)}, 5);
  EXPECT_THAT(Since(4), ElementsAre("5 all>all 0"));
}

TEST_F(JournalTest, RefusesPositionsBeforeItsBeginningAndOfOtherLogs) {
  EXPECT_THAT(Since(0), ElementsAre("expired"));
  EXPECT_THAT(Since(PositionAt(1, /*timeline=*/2)), ElementsAre("expired"));
  EXPECT_THAT(Since(9), IsEmpty());
}

TEST_F(JournalTest, DropsTheOldestBeyondItsLimits) {
  const auto write = [&](uint64_t xid, int64_t at, JournalLimits limits) {
    auto transaction = store_->Write();
    Journal journal(*transaction, PositionAt(xid), At(at), limits);
    for (uint64_t article = 1; article <= 10; ++article) {
      journal.Removed(article);
      journal.Added(article, Listing());
    }
    journal.Flush();
    ASSERT_THAT(transaction->Commit(), IsOk());
  };
  write(2, 0, {});
  write(3, 10, {.entries = 15});
  EXPECT_THAT(Since(1), ElementsAre("expired"));
  EXPECT_EQ(Since(2).size(), 10U);
  EXPECT_EQ(store_->Entries(Table::kJournal), 15);
  write(4, 100, {.age = absl::Seconds(50)});
  EXPECT_THAT(Since(2), ElementsAre("expired"));
  EXPECT_EQ(Since(3).size(), 10U);
  const auto transaction = store_->Read();
  EXPECT_EQ(JournalBegin(*transaction), 20U);
  EXPECT_EQ(JournalEnd(*transaction), 30U);
}

TEST_F(JournalTest, HasNoEntriesBeforeACopyIsComplete) {
  testing::TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), /*durable=*/false);
  ASSERT_THAT(Apply(*store, BatchOf({StateOf({.key = 5})}, 3)), IsOk());
  EXPECT_EQ(CopyId(*store->Read()), "");
  ASSERT_THAT(MarkComplete(*store), IsOk());
  EXPECT_EQ(store->Entries(Table::kJournal), 0);
  const std::string id = CopyId(*store->Read());
  EXPECT_NE(id, CopyId(*store_->Read()));
  EXPECT_EQ(JournalNumberAt(*store->Read(), PositionAt(3)), 0U);
  EXPECT_EQ(JournalNumberAt(*store->Read(), PositionAt(2)), std::nullopt);
  // It keeps its word when it is marked again.
  ASSERT_THAT(MarkComplete(*store), IsOk());
  EXPECT_EQ(CopyId(*store->Read()), id);
}

}  // namespace
}  // namespace dateline::query::replica
