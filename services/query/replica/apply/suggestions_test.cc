#include "services/query/replica/apply/suggestions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dateline::query::replica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

content::v1::Topic Topic() {
  content::v1::Topic topic;
  topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
  topic.set_display_name("São Paulo");
  (*topic.mutable_display_names())["de"] = "Sankt Paul";
  topic.add_aliases("Sampa");
  return topic;
}

std::vector<std::string> TextsOf(const content::v1::Topic& topic) {
  std::vector<std::string> texts;
  for (const std::string& key : SuggestionKeys(7, topic)) {
    const auto suggestion = ParseSuggestion(key);
    EXPECT_TRUE(suggestion.has_value());
    EXPECT_EQ(suggestion->topic, 7U);
    texts.push_back(std::string(suggestion->text) + (suggestion->whole_name ? "!" : "") +
                    std::string(suggestion->language));
  }
  return texts;
}

TEST(SuggestionsTest, HoldEachNameFromEachWordOn) {
  EXPECT_THAT(TextsOf(Topic()),
              ElementsAre("paulde", "paulo", "sampa!", "sankt paul!de", "sao paulo!"));
  EXPECT_EQ(SuggestionPrefix("SÃO"), "sao");
}

TEST(SuggestionsTest, AreOfTopicsThatReadersMayKnow) {
  content::v1::Topic topic = Topic();
  topic.set_state(content::v1::TOPIC_STATE_PROPOSED);
  EXPECT_THAT(SuggestionKeys(7, topic), IsEmpty());
  topic.set_state(content::v1::TOPIC_STATE_MERGED);
  EXPECT_FALSE(SuggestionKeys(7, topic).empty());
}

TEST(SuggestionsTest, FitIntoKeysAndAreNotCutWithinACharacter) {
  content::v1::Topic topic;
  topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
  std::string name;
  for (int i = 0; i < 150; ++i) name += "界";
  topic.set_display_name(name);
  const auto keys = SuggestionKeys(7, topic);
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_LE(keys.begin()->size(), 250U);
  EXPECT_EQ(ParseSuggestion(*keys.begin())->text.size() % 3, 0U);
  EXPECT_FALSE(ParseSuggestion("short").has_value());
}

}  // namespace
}  // namespace dateline::query::replica
