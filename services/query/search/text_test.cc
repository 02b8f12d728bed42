// Words, queries and highlights.
#include "services/query/search/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "services/query/search/highlight.h"
#include "services/query/search/query.h"

namespace dateline::query::search {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Plain(absl::string_view text) {
  std::vector<std::string> words;
  for (const Word& word : WordsOf(text)) words.push_back(word.plain);
  return words;
}

TEST(WordsTest, FoldsCaseAndAccentsAndKeepsApostrophesWithinWords) {
  EXPECT_THAT(Plain("Élan, l'État: 'Straße' 3,5"),
              ElementsAre("elan", "l'etat", "strasse", "3", "5"));
  EXPECT_THAT(Plain("Russia\xe2\x80\x99s east"), ElementsAre("russia's", "east"));
  EXPECT_THAT(Plain("  ... "), IsEmpty());
  EXPECT_THAT(Plain("a\xff"
                    "b"),
              ElementsAre("a", "b"));
}

// Words are read in another way before a character that is not ASCII.
TEST(WordsTest, WordsAreTheSameWhateverStandsBehindThem) {
  const std::string text = "Oil-price up 3.5% to $70 (U.S.), it's said: rock'n'roll o' x'";
  std::string other =
      absl::StrReplaceAll(text, {{" ", "\u2026"}, {".", "\u2026"}, {",", "\u2026"}});
  EXPECT_THAT(Plain(text), ElementsAreArray(Plain(other)));
  EXPECT_THAT(Plain(text), ElementsAre("oil", "price", "up", "3", "5", "to", "70", "u", "s", "it's",
                                       "said", "rock'n'roll", "o", "x"));
}

TEST(WordsTest, FindsWordsInScriptsWithoutSpaces) {
  const std::string text = "中国经济 news";
  const std::vector<Word> words = WordsOf(text);
  ASSERT_THAT(words, SizeIs(3));
  EXPECT_EQ(words[0].plain, "中国");
  EXPECT_FALSE(words[0].joined);
  EXPECT_TRUE(words[1].joined);
  EXPECT_EQ(text.substr(words[2].begin, words[2].end - words[2].begin), "news");
}

TEST(WordsTest, CutsLongWordsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "ж";
  const std::vector<Word> words = WordsOf(text);
  ASSERT_THAT(words, SizeIs(1));
  EXPECT_EQ(words[0].plain.size(), kMaxWordBytes);
  EXPECT_EQ(words[0].end, text.size());
}

TEST(StemmerTest, StemsByTheLanguage) {
  const Stemmer english("en-GB");
  EXPECT_EQ(english.StemOf(WordsOf("Elections")[0]), "elect");
  const Stemmer german("de");
  EXPECT_EQ(german.StemOf(WordsOf("Häuser")[0]), german.StemOf(WordsOf("Haus")[0]));
  const Stemmer unknown("kk");
  EXPECT_FALSE(unknown.has_rules());
  EXPECT_EQ(unknown.StemOf(WordsOf("Words")[0]), "words");
  EXPECT_FALSE(Stemmer("").has_rules());
}

TEST(QueryTest, ReadsPhrasesPrefixesAlternativesAndExclusions) {
  const TextQuery query = ParseQuery("oil \"price cap\" pipe* -gas NOT coal east OR west-coast");
  ASSERT_THAT(query.groups, SizeIs(4));
  EXPECT_EQ(query.groups[0][0].kind, Clause::Kind::kWord);
  EXPECT_EQ(query.groups[1][0].kind, Clause::Kind::kPhrase);
  EXPECT_EQ(query.groups[2][0].kind, Clause::Kind::kPrefix);
  ASSERT_THAT(query.groups[3], SizeIs(2));
  EXPECT_EQ(query.groups[3][1].kind, Clause::Kind::kPhrase);
  ASSERT_THAT(query.excluded, SizeIs(2));
  EXPECT_EQ(query.excluded[1].words[0].plain, "coal");
}

TEST(QueryTest, TakesOddTextAsText) {
  for (const char* odd : {"", "-", "\"", "OR", "NOT", "* * *", "\"\"", "OR OR", "- -", "AND"}) {
    EXPECT_THAT(ParseQuery(odd).groups, IsEmpty()) << odd;
  }
  EXPECT_THAT(ParseQuery("\"open phrase").groups, SizeIs(1));
  EXPECT_THAT(ParseQuery("OR rain").groups, SizeIs(1));
  EXPECT_EQ(ParseQuery("a*").groups[0][0].kind, Clause::Kind::kWord);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "word ";
  EXPECT_THAT(ParseQuery(many).groups, SizeIs(kMaxQueryWords));
}

TEST(HighlighterTest, MarksFormsPhrasesAndBeginnings) {
  const Highlighter highlighter(ParseQuery("election \"oil price\" pipe*"), {"en"});
  const std::string text = "Elections: the oil price and pipelines, oil alone.";
  std::vector<std::string> marked;
  for (const Stretch& stretch : highlighter.MatchesIn(text)) {
    marked.push_back(text.substr(stretch.begin, stretch.end - stretch.begin));
  }
  EXPECT_THAT(marked, ElementsAre("Elections", "oil price", "pipelines"));
}

TEST(HighlighterTest, CutsASnippetAroundTheMatches) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "filler ";
  text += "Then rain and wind came.";
  const Highlighter highlighter(ParseQuery("rain wind"), {});
  const Snippet snippet = highlighter.SnippetOf(text);
  EXPECT_TRUE(snippet.text.find("Then rain and wind came.") != std::string::npos) << snippet.text;
  ASSERT_THAT(snippet.matches, SizeIs(2));
  EXPECT_EQ(snippet.text.substr(snippet.matches[0].begin, 4), "rain");
  EXPECT_EQ(highlighter.SnippetOf("No match here").text, "No match here");
  EXPECT_EQ(highlighter.SnippetOf("").text, "");
}

}  // namespace
}  // namespace dateline::query::search
