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

// Of each entry its text, `!` for a whole name, `>` for a merged topic and the language.
std::vector<std::string> TextsOf(const content::v1::Topic& topic) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : SuggestionEntries(7, topic)) {
    const auto suggestion = ParseSuggestion(key, value);
    EXPECT_TRUE(suggestion.has_value());
    EXPECT_EQ(suggestion->topic, 7U);
    texts.push_back(std::string(suggestion->text) + (suggestion->whole_name ? "!" : "") +
                    (suggestion->merged ? ">" : "") + std::string(suggestion->language));
  }
  return texts;
}

content::v1::Topic Named(const std::string& name) {
  content::v1::Topic topic;
  topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
  topic.set_display_name(name);
  return topic;
}

TEST(SuggestionsTest, HoldEachNameFromEachWordOn) {
  EXPECT_THAT(TextsOf(Topic()),
              ElementsAre("paulde", "paulo", "sampa!", "sankt paul!de", "sao paulo!"));
  EXPECT_EQ(SuggestionPrefix("SÃO"), "sao");
  EXPECT_EQ(SuggestionPrefix(" \t"), "");
}

TEST(SuggestionsTest, BeginWordsBehindPunctuationAndInScriptsWithoutSpaces) {
  EXPECT_THAT(
      TextsOf(Named("Côte d’Ivoire (old)")),
      ElementsAre("(old)", "cote d'ivoire (old)!", "d'ivoire (old)", "ivoire (old)", "old)"));
  EXPECT_THAT(TextsOf(Named("Mercedes–Benz")), ElementsAre("benz", "mercedes-benz!"));
  EXPECT_THAT(TextsOf(Named(".NET")), ElementsAre(".net!", "net"));
  EXPECT_THAT(TextsOf(Named("中华人民共和国")), ::testing::Contains("人民共和国"));
  EXPECT_THAT(TextsOf(Named(" - ")), ElementsAre("-!"));
}

TEST(SuggestionsTest, OfALongNameAreItsFirstWords) {
  std::string name;
  for (int i = 0; i < 40; ++i) name += "a-";
  EXPECT_EQ(TextsOf(Named(name)).size(), 16U);
}

TEST(SuggestionsTest, AreOfTopicsThatReadersMayKnow) {
  content::v1::Topic topic = Topic();
  topic.set_state(content::v1::TOPIC_STATE_PROPOSED);
  EXPECT_THAT(TextsOf(topic), IsEmpty());
  topic.set_state(content::v1::TOPIC_STATE_DELETED);
  EXPECT_THAT(TextsOf(topic), IsEmpty());
  topic.set_state(content::v1::TOPIC_STATE_MERGED);
  EXPECT_THAT(TextsOf(topic),
              ElementsAre("paul>de", "paulo>", "sampa!>", "sankt paul!>de", "sao paulo!>"));
}

TEST(SuggestionsTest, FitIntoKeysAndAreNotCutWithinACharacter) {
  // One byte, then two each: the 200th stands within a character.
  std::string name = "e";
  for (int i = 0; i < 150; ++i) name += "ж";
  const auto entries = SuggestionEntries(7, Named(name));
  ASSERT_EQ(entries.size(), 1U);
  const auto& [key, value] = *entries.begin();
  EXPECT_LE(key.size(), 250U);
  EXPECT_EQ(ParseSuggestion(key, value)->text, name.substr(0, 199));
  EXPECT_EQ(SuggestionPrefix(name), name.substr(0, 199));
  EXPECT_FALSE(ParseSuggestion("short", "").has_value());
}

}  // namespace
}  // namespace dateline::query::replica
