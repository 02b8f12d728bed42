#include "services/ingestion/tag/topic_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace dateline::ingestion {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const TopicMatcher& Matcher() {
  static const auto* const matcher = new TopicMatcher(std::vector<TopicName>{
      {"kazakhstan", "Kazakhstan"},
      {"kazakhstan", "Қазақстан"},
      {"kazakhstan", "哈萨克斯坦"},
      {"central-asia", "Central Asia"},
      {"ots", "Organization of Turkic States"},
      {"ots", "Turkic States"},
      {"ots", "OTS"},
      {"us", "US"},
      {"us", "United States"},
      {"turkey", "Türkiye"},
      {"oil", "oil"},
      {"nothing", "---"},
  });
  return *matcher;
}

TEST(TopicMatcher, FindsNamesAtWordBoundaries) {
  struct Case {
    const char* title;
    const char* text;
    std::vector<std::string> expected;
  };
  const Case kCases[] = {
      {"Kazakhstan's Policy", "", {"kazakhstan"}},
      {"KAZAKHSTAN", "", {"kazakhstan"}},
      {"Kazakhstani policy", "", {}},
      {"", "Kazakhstan once", {}},
      {"", "Kazakhstan twice: (Kazakhstan).", {"kazakhstan"}},
      {"", "Kazakhstan, then Қазақстан", {"kazakhstan"}},
      {"Asia", "Central", {}},
      {"Central-Asia, central  asia", "", {"central-asia"}},
      {"Russia in Central Asia and Kazakhstan", "", {"central-asia", "kazakhstan"}},
      {"Turkiye", "", {"turkey"}},
      {"Tell us more", "us us", {}},
      {"US and OTS", "", {"us", "ots"}},
      {"US", "the US and the US", {"us"}},
      {"united states", "", {"us"}},
      {"", "the Organization of Turkic States", {}},
      {"", "the Organization of Turkic States, Turkic States", {"ots"}},
      {"", "Organization of Organization of Turkic States (OTS)", {"ots"}},
      {"哈萨克斯坦总统", "", {"kazakhstan"}},
      {"", "访问哈萨克斯坦，哈萨克斯坦总统", {"kazakhstan"}},
      {"turmoil boils", "oily soil", {}},
      {"---", "", {}},
      {"", "oil Kazakhstan oil Kazakhstan", {"oil", "kazakhstan"}},
      {"Kazakhstan\u2019s oil", "", {"kazakhstan", "oil"}},
      {"K\u00e4zakhstan", "", {"kazakhstan"}},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Matcher().Match(c.title, c.text), c.expected) << c.title << " | " << c.text;
  }
}

TEST(TopicMatcher, LetsTheLongestNameCount) {
  const TopicMatcher matcher({{"korea", "Korea"},
                              {"south-korea", "South Korea"},
                              {"south-korea", "Republic of Korea"},
                              {"north-korea", "Democratic People's Republic of Korea"},
                              {"ireland", "Ireland"},
                              {"northern-ireland", "Northern Ireland"},
                              {"england", "England"},
                              {"bank", "Bank of England"},
                              {"governors", "England Governors"},
                              {"york", "York"},
                              {"new-york", "New York"},
                              {"new-york-times", "New York Times"},
                              {"times", "Times"}});
  struct Case {
    const char* title;
    const char* text;
    std::vector<std::string> expected;
  };
  const Case kCases[] = {
      {"South Korea", "", {"south-korea"}},
      {"South Korea and Korea", "", {"south-korea", "korea"}},
      {"The Republic of Korea", "", {"south-korea"}},
      {"The Democratic People's Republic of Korea", "", {"north-korea"}},
      {"", "South Korea, South Korea", {"south-korea"}},
      {"", "South Korea, Korea and North Korea", {"korea"}},
      {"Northern Ireland", "Ireland", {"northern-ireland"}},
      {"Bank of England", "", {"bank"}},
      // Neither contains the other.
      {"Bank of England Governors", "", {"bank", "governors"}},
      {"New York Times", "", {"new-york-times"}},
      {"New York, Times", "", {"new-york-times"}},  // Words, whatever stands between them.
      {"New York post", "", {"new-york"}},
      {"York times", "", {"york", "times"}},
      {"South of Korea", "", {"korea"}},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(matcher.Match(c.title, c.text), c.expected) << c.title << " | " << c.text;
  }
}

TEST(TopicMatcher, LetsASharedNameSayNeither) {
  const TopicMatcher matcher({{"georgia", "Georgia", true},
                              {"us-georgia", "State of Georgia", true},
                              {"us-georgia", "Georgia"},
                              {"congo", "Congo", false},
                              {"drc", "Congo", false},
                              {"drc", "Republic of the Congo", false},
                              {"congo", "Republic of the Congo", false},
                              {"paris", "Paris", true},
                              {"paris-texas", "Paris", true},
                              {"paris-texas", "Paris, Texas", false}});
  struct Case {
    const char* title;
    std::vector<std::string> expected;
  };
  const Case kCases[] = {
      {"Georgia votes", {"georgia"}},
      {"The State of Georgia", {"us-georgia"}},
      {"Congo", {}},
      {"Republic of the Congo", {}},
      {"Paris", {}},
      {"Paris, Texas", {"paris-texas"}},
  };
  for (const Case& c : kCases) EXPECT_EQ(matcher.Match(c.title, ""), c.expected) << c.title;
}

TEST(TopicMatcher, KnowsWhatLanguagesWriteInOneWithANoun) {
  const TopicMatcher matcher({{"korea", "한국"},
                              {"seoul", "서울"},
                              {"egypt", "مصر"},
                              {"jordan", "الأردن"},
                              {"kazakhstan", "كازاخستان"},
                              {"israel", "ישראל"},
                              {"india", "インド"},
                              {"japan", "日本"},
                              {"asia", "アジア"},
                              {"laos", "ลาว"},
                              {"ukraine", "Україна"},
                              {"ukraine", "України"}});
  struct Case {
    const char* title;
    std::vector<std::string> expected;
  };
  const Case kCases[] = {
      {"한국", {"korea"}},
      {"한국은 오늘", {"korea"}},
      {"한국에서 서울까지", {"korea", "seoul"}},
      {"한국인", {}},
      {"وكازاخستان", {"kazakhstan"}},
      {"في كازاخستان", {"kazakhstan"}},
      {"بمصر", {"egypt"}},
      {"والأردن", {"jordan"}},
      {"בישראל", {"israel"}},
      {"ישראלי", {}},
      {"インドの首相", {"india"}},
      {"インドネシアの首相", {}},
      {"東アジア", {"asia"}},
      {"日本とインド", {"japan", "india"}},
      {"ประเทศลาว", {"laos"}},
      {"Президент України", {"ukraine"}},
  };
  for (const Case& c : kCases) EXPECT_EQ(matcher.Match(c.title, ""), c.expected) << c.title;
}

TEST(TopicMatcher, FindsNothingWithoutNames) {
  EXPECT_THAT(TopicMatcher(std::vector<TopicName>()).Match("Kazakhstan", "Kazakhstan Kazakhstan"),
              IsEmpty());
}

TEST(TopicMatcher, TakesAHundredThousandAliases) {
  std::vector<TopicName> names;
  for (int topic = 0; topic < 10'000; ++topic) {
    for (int alias = 0; alias < 10; ++alias) {
      names.push_back({absl::StrCat("t", topic), absl::StrCat("name", topic, " of alias", alias)});
    }
  }
  const TopicMatcher matcher(names);
  EXPECT_THAT(
      matcher.Match("name9999 of alias9", "name42 of alias0 name42 of alias1 name7 of alias"),
      ElementsAre("t9999", "t42"));
}

}  // namespace
}  // namespace dateline::ingestion
