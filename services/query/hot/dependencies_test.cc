#include "services/query/hot/dependencies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/query/replica/apply/apply.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::hot {
namespace {

using replica::Dimension;
using replica::ListPrefix;
using replica::Plan;
using replica::testing::At;
using replica::testing::BatchOf;
using replica::testing::StateOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::string kAll = ListPrefix(Dimension::kAll, 0);
std::string Topic(uint64_t key) { return ListPrefix(Dimension::kTopic, key); }
Plan Term(uint64_t topic) { return Plan::Term(Topic(topic)); }

TEST(CoveringListsTest, AreThoseWhereAMatchMustStand) {
  EXPECT_THAT(CoveringLists(Term(1)), ElementsAre(Topic(1)));
  EXPECT_THAT(CoveringLists(Plan::Or({Term(1), Term(2)})),
              UnorderedElementsAre(Topic(1), Topic(2)));
  EXPECT_THAT(CoveringLists(Plan::And({Plan::Or({Term(1), Term(2)}), Term(3)})),
              ElementsAre(Topic(3)));
  EXPECT_THAT(CoveringLists(Plan::And({Plan::Not(Term(1)), Term(3)})), ElementsAre(Topic(3)));
}

TEST(CoveringListsTest, AreAllArticlesIfNoListSettlesIt) {
  EXPECT_THAT(CoveringLists(Plan::Not(Term(1))), ElementsAre(kAll));
  EXPECT_THAT(CoveringLists(Plan::Time(At(0), At(1))), ElementsAre(kAll));
  EXPECT_THAT(CoveringLists(Plan::And({})), ElementsAre(kAll));
  EXPECT_THAT(CoveringLists(Plan::Or({Term(1), Plan::Not(Term(2))})),
              UnorderedElementsAre(kAll, Topic(1)));
}

TEST(CoveringListsTest, AreNoneIfThereAreTooMany) {
  std::vector<Plan> parts;
  for (uint64_t topic = 1; topic <= kMaxLists + 1; ++topic) parts.push_back(Term(topic));
  EXPECT_THAT(CoveringLists(Plan::Or(parts)), IsEmpty());
  parts.pop_back();
  EXPECT_EQ(CoveringLists(Plan::Or(parts)).size(), kMaxLists);
}

class DependenciesTest : public ::testing::Test {
 protected:
  DependenciesTest() : store_(*replica::Store::Open(folder_.path(), /*durable=*/false)) {
    Apply({replica::testing::PublicationState(1), replica::testing::TopicState(1, 1),
           replica::testing::TopicState(2, 1)});
  }

  void Apply(std::vector<catalog::v1::ResourceState> states, int64_t at = 0) {
    const absl::Status status = replica::Apply(*store_, BatchOf(std::move(states), ++xid_, at));
    ASSERT_TRUE(status.ok()) << status;
  }
  absl::Time TurnOf(const std::vector<std::string>& lists, int64_t now) {
    return NextTurn(*store_->Read(), lists, At(now));
  }
  Dependencies Of(uint64_t topic) {
    return Dependencies(store_->generations(), {Topic(topic)}, At(100));
  }
  bool AreSame(const Dependencies& dependencies, int64_t now = 0) {
    return dependencies.AreSame(store_->generations(), At(now));
  }

  replica::testing::TemporaryFolder folder_;
  std::unique_ptr<replica::Store> store_;
  uint64_t xid_ = 0;
};

TEST_F(DependenciesTest, TheNextTurnIsTheFirstOfAnyList) {
  EXPECT_EQ(TurnOf({Topic(1)}, 0), absl::InfiniteFuture());
  Apply({StateOf({.key = 1, .expire = 50, .topics = {1}}),
         StateOf({.key = 2, .embargo = 20, .expire = 30, .topics = {2}})});
  EXPECT_EQ(TurnOf({Topic(1)}, 0), At(50));
  EXPECT_EQ(TurnOf({Topic(1), Topic(2)}, 0), At(20));
  // Nobody has applied the turn yet.
  EXPECT_EQ(TurnOf({Topic(2)}, 20), At(30));
  EXPECT_EQ(TurnOf({Topic(2)}, 29), At(30));
  EXPECT_EQ(TurnOf({Topic(2)}, 30), absl::InfiniteFuture());
}

TEST_F(DependenciesTest, ManyTurnsThatNobodyAppliedMakeNoPage) {
  std::vector<catalog::v1::ResourceState> states;
  for (int64_t key = 1; key <= 40; ++key) {
    states.push_back(StateOf({.key = key, .embargo = 10, .topics = {1}}));
  }
  Apply(states);
  EXPECT_EQ(TurnOf({Topic(1)}, 9), At(10));
  EXPECT_EQ(TurnOf({Topic(1)}, 10), At(10));
  Apply({}, 10);
  EXPECT_EQ(TurnOf({Topic(1)}, 10), absl::InfiniteFuture());
}

TEST_F(DependenciesTest, ChangeWithTheirListsOnly) {
  const Dependencies first = Of(1);
  const Dependencies second = Of(2);
  EXPECT_TRUE(AreSame(first));
  Apply({StateOf({.key = 1, .topics = {1}})});
  EXPECT_FALSE(AreSame(first));
  EXPECT_TRUE(AreSame(second));
  const Dependencies again = Of(1);
  EXPECT_TRUE(AreSame(again));
  // Its text changes, its place does not.
  Apply({StateOf({.key = 1, .version = 2, .topics = {1}, .title = "Other"})});
  EXPECT_FALSE(AreSame(again));
  EXPECT_TRUE(AreSame(second));
  // It leaves one list for the other.
  const Dependencies third = Of(1);
  Apply({StateOf({.key = 1, .version = 3, .topics = {2}})});
  EXPECT_FALSE(AreSame(third));
  EXPECT_FALSE(AreSame(second));
}

TEST_F(DependenciesTest, ChangeWithTheVocabularyAndTheInstant) {
  const Dependencies page = Of(1);
  Apply({replica::testing::RememberedPath(5, "/old", 1)});
  Apply({});
  EXPECT_TRUE(AreSame(page, 99));
  EXPECT_FALSE(AreSame(page, 100));
  Apply({replica::testing::AuthorState(1)});
  EXPECT_FALSE(AreSame(page, 0));
}

TEST_F(DependenciesTest, AreThoseOfOneStore) {
  replica::testing::TemporaryFolder folder;
  const auto other = *replica::Store::Open(folder.path(), /*durable=*/false);
  const Dependencies page(other->generations(), {Topic(1)}, At(100));
  EXPECT_TRUE(page.AreSame(other->generations(), At(0)));
  EXPECT_FALSE(AreSame(page));
  EXPECT_FALSE(AreSame(Dependencies()));
}

TEST_F(DependenciesTest, AWriteThatFailsChangesNothing) {
  const Dependencies page = Of(1);
  const uint64_t epoch = store_->generations().epoch();
  {
    auto transaction = store_->Write();
    ASSERT_TRUE(transaction.ok());
    transaction->Put(replica::Table::kPostings, Topic(1), "");
    // It is given up.
  }
  EXPECT_TRUE(AreSame(page));
  EXPECT_EQ(store_->generations().epoch(), epoch);
}

}  // namespace
}  // namespace dateline::query::hot
