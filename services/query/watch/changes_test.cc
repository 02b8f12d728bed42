#include "services/query/watch/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/query/replica/store/keys.h"

namespace dateline::query::watch {
namespace {

using replica::Dimension;
using replica::ListPrefix;
using replica::Plan;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kAll = ListPrefix(Dimension::kAll, 0);
const std::string kTopic = ListPrefix(Dimension::kTopic, 1);
const std::string kOther = ListPrefix(Dimension::kTopic, 2);
const std::string kPublication = ListPrefix(Dimension::kPublication, 1);

replica::Listing In(std::vector<std::string> lists) {
  replica::Listing listing;
  listing.lists = std::move(lists);
  return listing;
}

replica::JournalEntry Entry(std::optional<replica::Listing> before,
                            std::optional<replica::Listing> after) {
  replica::JournalEntry entry;
  entry.article = 7;
  entry.before = std::move(before);
  entry.after = std::move(after);
  return entry;
}

TEST(ChangesTest, CollapsesWhatHappensToOneArticle) {
  const Plan plan = Plan::Term(kTopic);
  ChangeCollector collector(plan);
  collector.Add(Entry(std::nullopt, In({kAll, kTopic})));
  collector.Add(Entry(In({kAll, kTopic}), In({kAll})));
  collector.Add(Entry(In({kAll}), In({kAll, kTopic})));
  const auto changes = collector.Take();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_FALSE(changes[0].before);
  EXPECT_TRUE(changes[0].after);
}

TEST(ChangesTest, KeepsNothingOfWhatNeverConcernsTheList) {
  const Plan plan = Plan::Term(kTopic);
  ChangeCollector collector(plan);
  collector.Add(Entry(std::nullopt, In({kAll, kOther})));
  EXPECT_THAT(collector.Take(), IsEmpty());
}

TEST(ChangesTest, ListensToTheNarrowestListsThatAPlanNeeds) {
  EXPECT_THAT(RequiredLists(Plan::Term(kTopic)), ElementsAre(kTopic));
  EXPECT_THAT(RequiredLists(Plan::And({Plan::Term(kPublication), Plan::Term(kTopic)})),
              ElementsAre(kTopic));
  EXPECT_THAT(RequiredLists(Plan::Or({Plan::Term(kTopic), Plan::Term(kOther)})),
              ElementsAre(kTopic, kOther));
  EXPECT_THAT(RequiredLists(Plan::Or({Plan::Term(kTopic), Plan::Not(Plan::Term(kOther))})),
              ElementsAre(kAll));
  EXPECT_THAT(RequiredLists(Plan::And({})), ElementsAre(kAll));
}

}  // namespace
}  // namespace dateline::query::watch
