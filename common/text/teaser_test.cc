#include "common/text/teaser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/text/white_space.h"
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

// Words and cuts of the scripts that write no spaces, as ICU's dictionaries give them.
TEST(CutTeaser, CutsScriptsWithoutSpacesAtWords) {
  constexpr Case kCases[] = {
      {"ພາສາລາວເປັນພາສາທາງການ", 1, "ພາສາ...", true},
      {"ພາສາລາວເປັນພາສາທາງການ", 3, "ພາສາລາວເປັນ...", true},
      {"ພາສາລາວເປັນພາສາທາງການ", 5, "ພາສາລາວເປັນພາສາທາງການ", false},
      {"ខ្ញុំទៅសាលារៀនថ្ងៃនេះ", 2, "ខ្ញុំទៅ...", true},
      {"ខ្ញុំទៅសាលារៀនថ្ងៃនេះ", 4, "ខ្ញុំទៅសាលារៀនថ្ងៃនេះ", false},
      // Khmer parts words by U+200B, which is no white space; none is left before the ellipsis.
      {"ខ្ញុំ\u200Bទៅ\u200Bសាលា", 2, "ខ្ញុំ\u200Bទៅ...", true},
      {"ខ្ញុំ\u200Bទៅ\u200Bសាលា", 3, "ខ្ញុំ\u200Bទៅ\u200Bសាលា", false},
      {"မြန်မာနိုင်ငံသည်အရှေ့တောင်အာရှတွင်ရှိသည်", 1, "မြန်မာနိုင်ငံ...", true},
      {"မြန်မာနိုင်ငံသည်အရှေ့တောင်အာရှတွင်ရှိသည်", 2, "မြန်မာနိုင်ငံသည်...", true},
      {"ประเทศไทยตั้งอยู่ในเอเชีย", 3, "ประเทศไทยตั้งอยู่...", true},
      {"ประเทศไทยตั้งอยู่ในเอเชีย", 5, "ประเทศไทยตั้งอยู่ในเอเชีย", false},
      {"ไทยรัฐ 2024 ข่าว", 2, "ไทยรัฐ 2024...", true},
      {"日本語の文章を分けます。", 3, "日本語の文章...", true},
      {"東京タワーに行きました", 1, "東京タワー...", true},
      {"カタカナ", 1, "カタカナ", false},
      {"ｶﾀｶﾅ", 1, "ｶﾀｶﾅ", false},
      {"「東京」は首都です。", 1, "「東京」...", true},
      {"「東京」は首都です。", 4, "「東京」は首都です。", false},
      {"北京2022年冬奥会", 2, "北京2022...", true},
      {"COVID-19疫情", 2, "COVID-19...", true},
      {"谷歌、苹果等依然需要高通", 2, "谷歌、...", true},
      {"香港（Hong Kong）的", 2, "香港（Hong...", true},
      {"香港（Hong Kong）的", 3, "香港（Hong Kong）...", true},
      {"你好，world！再见", 2, "你好，world！...", true},
      {"《红楼梦》是", 1, "《红楼梦》...", true},
      {"“你好”", 1, "“你好”", false},
      {"……你好", 1, "……你好", false},
      {"Tokyo東京", 1, "Tokyo...", true},
      {"1,234円", 1, "1,234...", true},
      {"한국어 日本語", 1, "한국어...", true},
      {"𠮷野家", 1, "𠮷...", true},
      {"我爱你　中国", 1, "我爱你...", true},
      {"我爱你　中国", 2, "我爱你 中国", false},
  };
  for (const Case& c : kCases) {
    const Teaser teaser = CutTeaser(c.input, c.words);
    EXPECT_EQ(teaser.text, c.text) << c.input;
    EXPECT_EQ(teaser.truncated, c.truncated) << c.input;
  }
}

// All 25 characters of the property White_Space, and some that look like it and are none.
TEST(CutTeaser, SeparatesByWhiteSpaceOnly) {
  for (const char* space :
       {"\t",     "\n",     "\v",     "\f",     "\r",     " ",      "\u0085", "\u00A0", "\u1680",
        "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
        "\u2009", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"}) {
    const std::string one = absl::StrCat("a", space, "b", space, space, "c", space);
    EXPECT_EQ(CountWords(one), 3) << one;
    EXPECT_EQ(CutTeaser(one, 2).text, "a b...") << one;
    EXPECT_EQ(CutTeaser(absl::StrCat(space, one), 3).text, "a b c") << one;
  }
  for (const char* other : {"\u180E", "\u200B", "\u200C", "\u200D", "\u2060", "\uFEFF", "\u2800",
                            "\u00AD", "\u3164", "-", "\u2014"}) {
    const std::string one = absl::StrCat("a", other, "b");
    EXPECT_EQ(CountWords(one), 1) << one;
    EXPECT_EQ(CutTeaser(one, 1).text, one) << one;
  }
}

// Whatever the number, a teaser is a beginning of the text, has that many words, and tells a cut.
TEST(CutTeaser, KeepsItsPromiseAtEveryLength) {
  std::string text;
  for (int i = 0; i < 60; ++i) {
    absl::StrAppend(&text, "word", i, i % 7 == 0 ? "\u00A0" : " ", i % 3 == 0 ? "\u2014 " : "",
                    i % 5 == 0 ? "我们明天去北京 " : "", i % 11 == 0 ? "สวัสดีครับ, " : "");
  }
  text = CollapseWhiteSpace(text);
  const int64_t count = CountWords(text);
  ASSERT_GT(count, 100);
  for (int words = 0; words <= limits::kMaxTeaserWords; ++words) {
    const Teaser teaser = CutTeaser(text, words, "");
    EXPECT_TRUE(absl::StartsWith(text, teaser.text)) << words;
    EXPECT_EQ(teaser.truncated, count > words) << words;
    EXPECT_EQ(CountWords(teaser.text), std::min<int64_t>(words, count)) << words;
    EXPECT_EQ(CutTeaser(text, words).text, teaser.text + (teaser.truncated ? "..." : ""));
  }
}

TEST(CutTeaser, KeepsAtMostTheLimit) {
  std::string text;
  for (int i = 0; i < limits::kMaxTeaserWords + 1; ++i) absl::StrAppend(&text, "word ");
  EXPECT_EQ(CutTeaser(text, 1'000'000).text, CutTeaser(text, limits::kMaxTeaserWords).text);
  EXPECT_TRUE(CutTeaser(text, 1'000'000).truncated);
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
