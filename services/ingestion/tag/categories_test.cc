#include "services/ingestion/tag/categories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dateline::ingestion {
namespace {

using ::testing::ElementsAre;
using Meaning = TopicIndex::Meaning;

TopicEntry Topic(const std::string& id, const std::string& display,
                 std::vector<std::string> aliases = {}, TopicLife life = TopicLife::kActive) {
  TopicEntry entry;
  entry.name = "topics/" + id;
  entry.version = 1;
  entry.life = life;
  entry.display_name = display;
  entry.aliases = std::move(aliases);
  return entry;
}

void Fill(TopicIndex* index) {
  index->Set(Topic("kazakhstan", "Kazakhstan", {"Қазақстан", "Казахстан", "哈萨克斯坦"}));
  index->Set(Topic("turkey", "Türkiye", {"Turkey", "Τουρκία"}));
  index->Set(Topic("us", "United States", {"US", "États-Unis", "EE.UU."}));
  index->Set(Topic("foreign-policy", "Foreign policy", {"Diplomacy"}));
  index->Set(Topic("c-plus-plus", "C++"));
  index->Set(Topic("c", "C"));
  index->Set(Topic("holland-news", "Holland", {}, TopicLife::kProposed));
  index->Set(Topic("netherlands", "Netherlands", {"Holland", "The Netherlands"}));
  index->Set(Topic("georgia", "Georgia"));
  index->Set(Topic("us-georgia", "State of Georgia", {"Georgia", "Peach State"}));
  index->Set(Topic("zaire", "Zaire", {}, TopicLife::kDeleted));
  index->Set(Topic("gossip", "Gossip", {"Chatter"}, TopicLife::kDeleted));
  index->Set(Topic("sports", "Sports", {}, TopicLife::kProposed));
  TopicEntry merged = Topic("persia", "Persia", {"Iranian Plateau"}, TopicLife::kMerged);
  merged.merged_into = "topics/parthia";
  index->Set(merged);
  merged = Topic("parthia", "Parthia", {}, TopicLife::kMerged);
  merged.merged_into = "topics/iran";
  index->Set(merged);
  index->Set(Topic("iran", "Iran", {"Zaire"}));
  merged = Topic("lost", "Lost", {}, TopicLife::kMerged);
  merged.merged_into = "topics/nowhere";
  index->Set(merged);
  merged = Topic("loop", "Loop", {}, TopicLife::kMerged);
  merged.merged_into = "topics/loop";
  index->Set(merged);
}

TEST(TopicIndex, FindsCategoriesByNameAndAlias) {
  struct Case {
    const char* category;
    Meaning meaning;
    const char* topic;
  };
  constexpr Case kCases[] = {
      {"Kazakhstan", Meaning::kTopic, "topics/kazakhstan"},
      {" KAZAKHSTAN ", Meaning::kTopic, "topics/kazakhstan"},
      {"ҚАЗАҚСТАН", Meaning::kTopic, "topics/kazakhstan"},
      {"казахстан", Meaning::kTopic, "topics/kazakhstan"},
      {"哈萨克斯坦", Meaning::kTopic, "topics/kazakhstan"},
      {"ｋａｚａｋｈｓｔａｎ", Meaning::kTopic, "topics/kazakhstan"},
      {"Turkiye", Meaning::kTopic, "topics/turkey"},
      {"τουρκια", Meaning::kTopic, "topics/turkey"},
      {"#Turkey", Meaning::kTopic, "topics/turkey"},
      {"U.S.", Meaning::kTopic, "topics/us"},
      {"us", Meaning::kTopic, "topics/us"},
      {"Etats Unis", Meaning::kTopic, "topics/us"},
      {"EEUU", Meaning::kTopic, "topics/us"},
      {"Foreign-Policy", Meaning::kTopic, "topics/foreign-policy"},
      {"foreign_policy", Meaning::kTopic, "topics/foreign-policy"},
      {"diplomacy", Meaning::kTopic, "topics/foreign-policy"},
      {"Foreign policies", Meaning::kUnknown, ""},
      {"C++", Meaning::kTopic, "topics/c-plus-plus"},
      {"c", Meaning::kTopic, "topics/c"},
      {"C#", Meaning::kUnknown, ""},
      // An active topic's alias before a proposed topic's name; a display name before an alias.
      {"Holland", Meaning::kTopic, "topics/netherlands"},
      {"Georgia", Meaning::kTopic, "topics/georgia"},
      {"Peach state", Meaning::kTopic, "topics/us-georgia"},
      {"SPORTS", Meaning::kProposal, "topics/sports"},
      // Deleted topics are not revived, but what somebody else is called is found.
      {"Gossip", Meaning::kDeleted, ""},
      {"chatter", Meaning::kDeleted, ""},
      {"Zaire", Meaning::kTopic, "topics/iran"},
      // Merged ones are where they went.
      {"Persia", Meaning::kTopic, "topics/iran"},
      {"Iranian plateau", Meaning::kTopic, "topics/iran"},
      {"Lost", Meaning::kDeleted, ""},
      {"Loop", Meaning::kDeleted, ""},
      // By the topic's id, if nothing else.
      {"Holland News", Meaning::kProposal, "topics/holland-news"},
      {"us-georgia", Meaning::kTopic, "topics/us-georgia"},
      {"", Meaning::kUnknown, ""},
      {"---", Meaning::kUnknown, ""},
      {"Mars", Meaning::kUnknown, ""},
  };
  TopicIndex index;
  Fill(&index);
  for (const Case& c : kCases) {
    const TopicIndex::Found found = index.Find(c.category);
    EXPECT_EQ(found.meaning, c.meaning) << c.category;
    EXPECT_EQ(found.topic, c.topic) << c.category;
  }
}

TEST(TopicIndex, ResolvesTopicsByTheirOwnName) {
  TopicIndex index;
  Fill(&index);
  EXPECT_EQ(index.Resolve("topics/persia").topic, "topics/iran");
  EXPECT_EQ(index.Resolve("topics/sports").meaning, Meaning::kProposal);
  EXPECT_EQ(index.Resolve("topics/gossip").meaning, Meaning::kDeleted);
  EXPECT_EQ(index.Resolve("topics/loop").meaning, Meaning::kUnknown);
  EXPECT_EQ(index.Resolve("topics/mars").meaning, Meaning::kUnknown);
}

TEST(TopicIndex, TakesNewerVersionsOnly) {
  TopicIndex index;
  TopicEntry second = Topic("energy", "Energy", {"Power"});
  second.version = 2;
  EXPECT_TRUE(index.Set(second));
  EXPECT_FALSE(index.Set(Topic("energy", "Old name")));
  EXPECT_EQ(index.Find("Old name").meaning, Meaning::kUnknown);
  TopicEntry third = Topic("energy", "Energie");
  third.version = 3;
  EXPECT_TRUE(index.Set(third));
  EXPECT_EQ(index.Find("power").meaning, Meaning::kUnknown);
  EXPECT_EQ(index.Find("energie").topic, "topics/energy");
  // After a failover the catalog may be behind what it said before.
  EXPECT_TRUE(index.Set(second, /*replace=*/true));
  EXPECT_FALSE(index.Set(second, /*replace=*/true));
  EXPECT_EQ(index.Find("power").topic, "topics/energy");
}

TEST(TopicIndex, RemembersWhatADeletedTopicWasCalled) {
  TopicIndex index;
  index.Set(Topic("gossip", "Gossip", {"Chatter"}));
  TopicEntry tombstone;
  tombstone.name = "topics/gossip";
  tombstone.version = 2;
  tombstone.life = TopicLife::kDeleted;
  EXPECT_TRUE(index.Set(tombstone));
  EXPECT_EQ(index.Find("chatter").meaning, Meaning::kDeleted);
  EXPECT_TRUE(NamesForTexts(index.Topics()).empty());
}

TEST(TopicIndex, ForgetsTopics) {
  TopicIndex index;
  index.Set(Topic("energy", "Energy", {"Power"}));
  index.Set(Topic("might", "Might", {"Power"}));
  index.Forget("topics/energy");
  index.Forget("topics/energy");
  EXPECT_EQ(index.Find("Energy").meaning, Meaning::kUnknown);
  EXPECT_EQ(index.Find("Power").topic, "topics/might");
  EXPECT_TRUE(index.Set(Topic("energy", "Energy")));
}

TEST(TopicIndex, GivesNamesOfActiveTopicsForTexts) {
  TopicIndex index;
  Fill(&index);
  std::vector<std::string> names;
  for (const TopicName& name : NamesForTexts(index.Topics())) {
    if (name.topic_id == "topics/iran" || name.topic_id == "topics/sports") {
      names.push_back(name.name);
    }
  }
  EXPECT_THAT(names, ElementsAre("Iran", "Zaire", "Parthia", "Persia", "Iranian Plateau"));
}

TEST(CategoryRules, FindTheExactTermFirst) {
  struct Case {
    const char* category;
    const char* topic;  // nullptr: no rule.
  };
  constexpr Case kCases[] = {
      {"RU", "topics/russia"},
      {"ru", "topics/rural"},
      {"Ru", "topics/russia"},  // The first in byte order.
      {"world  News", "topics/world"},
      {"WORLD NEWS", "topics/world"},
      {"World-News", nullptr},
      {"Ads", ""},
      {" ads ", ""},
      {"Экономика", "topics/economy"},
      {"ЭКОНОМИКА", "topics/economy"},
      {"été", "topics/summer"},
      {"ETE", "topics/summer"},
      {"", nullptr},
  };
  const CategoryRules rules({{"RU", "topics/russia"},
                             {"ru", "topics/rural"},
                             {"World News", "topics/world"},
                             {"ads", ""},
                             {"Экономика", "topics/economy"},
                             {"Été", "topics/summer"}});
  for (const Case& c : kCases) {
    const auto found = rules.Find(c.category);
    if (c.topic == nullptr) {
      EXPECT_EQ(found, std::nullopt) << c.category;
    } else {
      EXPECT_EQ(found, c.topic) << c.category;
    }
  }
}

}  // namespace
}  // namespace dateline::ingestion
