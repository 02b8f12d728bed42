#include "common/text/teaser.h"

#include <gtest/gtest.h>

#include "common/text/words.h"

namespace dateline::text {
namespace {

struct Case {
  const char* input;
  int words;
  const char* text;
  bool truncated;
};

TEST(CutTeaser, KeepsWordsAndMarksTheCut) {
  constexpr Case kCases[] = {
      {"", 3, "", false},
      {" \n ", 3, "", false},
      {"one two three", 3, "one two three", false},
      {"one two three ", 3, "one two three", false},
      {"one two three four", 3, "one two three...", true},
      {" one\n\ttwo  three four", 3, "one two three...", true},
      {"one\xC2\xA0two three\xE2\x80\xAF"
       "four",
       2, "one two...", true},
      {"a, b. c! d", 3, "a, b. c!...", true},
      {"a \xE2\x80\x94 b", 2, "a \xE2\x80\x94...", true},
      {"state-of-the-art (really) now", 2, "state-of-the-art (really)...", true},
      {"one two", 0, "...", true},
      {"", 0, "", false},
      {"one", -1, "...", true},
      {"bad\xFF byte", 1, "bad\xEF\xBF\xBD...", true},
      // Korean writes spaces.
      {"대한민국 대통령은 오늘", 2, "대한민국 대통령은...", true},
      {"Қазақстан жаңа саясат", 2, "Қазақстан жаңа...", true},
      // Chinese, Japanese and Thai are cut where ICU finds a word.
      {"我们明天去北京大学", 2, "我们明天...", true},
      {"我们明天去北京大学", 40, "我们明天去北京大学", false},
      {"北京，上海。", 2, "北京，上海。", false},
      {"北京，上海。", 1, "北京，...", true},
      {"北京「上海」", 1, "北京...", true},
      {"สวัสดีครับ", 1, "สวัสดี...", true},
      {"สวัสดี ครับ", 1, "สวัสดี...", true},
      {"今日は天気がいい", 2, "今日は...", true},
      {"Apple 发布新闻", 2, "Apple 发布...", true},
      {"。。。", 1, "。。。", false},
  };
  for (const Case& c : kCases) {
    const Teaser teaser = CutTeaser(c.input, c.words);
    EXPECT_EQ(teaser.text, c.text) << c.input;
    EXPECT_EQ(teaser.truncated, c.truncated) << c.input;
  }
}

TEST(CutTeaser, UsesTheEllipsisGiven) {
  EXPECT_EQ(CutTeaser("one two", 1, " \xE2\x80\xA6").text, "one \xE2\x80\xA6");
}

TEST(CutTeaser, CutsAtFortyFiveWordsByDefault) {
  std::string text;
  for (int i = 0; i < 45; ++i) text += "word ";
  EXPECT_FALSE(CutTeaser(text).truncated);
  EXPECT_TRUE(CutTeaser(text + "more").truncated);
}

TEST(CountWords, CountsByTheSameRule) {
  EXPECT_EQ(CountWords(""), 0);
  EXPECT_EQ(CountWords("one  two\xC2\xA0three"), 3);
  EXPECT_EQ(CountWords("我们明天去北京大学"), 5);
  EXPECT_EQ(CountWords("ພາສາລາວ"), 2);   // Lao
  EXPECT_EQ(CountWords("ខ្ញុំទៅសាលា"), 3);  // Khmer
  EXPECT_GE(CountWords("မြန်မာစာ"), 1);   // Burmese
  EXPECT_EQ(CountWords("대한민국 대통령"), 2);
}

}  // namespace
}  // namespace dateline::text
