#include "services/ingestion/tag/categories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace dateline::ingestion {
namespace {

using ::testing::ElementsAre;

TEST(MapCategories, MapsByRuleThenNameThenAlias) {
  const TopicIndex rules(std::vector<TopicName>{{"russia", "RU"}});
  const TopicIndex topics(std::vector<TopicName>{{"kazakhstan", "Kazakhstan"},
                                                 {"kazakhstan", "Қазақстан"},
                                                 {"turkey", "Türkiye"},
                                                 {"reunion", "RU"}});
  const MappedCategories mapped = MapCategories(
      {" KAZAKHSTAN ", "ҚАЗАҚСТАН", "Turkiye", "ru", "", " ", "Trade \n Wars", "trade wars"},
      {&rules, &topics});
  EXPECT_THAT(mapped.topic_ids, ElementsAre("kazakhstan", "turkey", "russia"));
  EXPECT_THAT(mapped.unknown, ElementsAre("Trade Wars"));
}

TEST(TopicIndex, GivesASharedNameToTheFirst) {
  const TopicIndex topics(
      std::vector<TopicName>{{"georgia", "Georgia"}, {"us-georgia", "Georgia"}});
  EXPECT_EQ(topics.Find("georgia"), "georgia");
  EXPECT_EQ(topics.Find("Georgien"), std::nullopt);
}

}  // namespace
}  // namespace dateline::ingestion
