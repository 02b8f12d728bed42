#include "services/ingestion/tag/topic_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

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

// What the rule of the longest name means, told the slow way.
std::vector<std::string> MatchSlowly(const std::vector<std::vector<std::string>>& names,
                                     const std::vector<std::string>& text) {
  struct Span {
    size_t begin, end, name;
  };
  std::vector<Span> spans;
  for (size_t end = 1; end <= text.size(); ++end) {
    for (size_t n = 0; n < names.size(); ++n) {
      if (names[n].size() > end) continue;
      const size_t begin = end - names[n].size();
      if (std::equal(names[n].begin(), names[n].end(),
                     text.begin() + static_cast<std::ptrdiff_t>(begin))) {
        spans.push_back({begin, end, n});
      }
    }
  }
  std::vector<std::string> topics;
  std::set<size_t> seen;
  for (const Span& span : spans) {
    const bool contained = std::any_of(spans.begin(), spans.end(), [&](const Span& other) {
      return other.begin <= span.begin && other.end >= span.end &&
             other.end - other.begin > span.end - span.begin;
    });
    if (!contained && seen.insert(span.name).second) topics.push_back(absl::StrCat(span.name));
  }
  return topics;
}

TEST(TopicMatcher, AgreesWithTheSlowWay) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const auto words = [&](size_t count) {
    std::vector<std::string> out;
    for (size_t i = 0; i < count; ++i) out.push_back(std::string(2, "abc"[random() % 3]));
    return out;
  };
  for (int round = 0; round < 500; ++round) {
    std::vector<std::vector<std::string>> names;
    std::vector<TopicName> topic_names;
    for (size_t n = 1 + random() % 8; n > 0; --n) {
      auto name = words(1 + random() % 4);
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      topic_names.push_back({absl::StrCat(names.size()), absl::StrJoin(name, " ")});
      names.push_back(std::move(name));
    }
    const std::vector<std::string> text = words(random() % 20);
    EXPECT_EQ(TopicMatcher(topic_names).Match(absl::StrJoin(text, " "), ""),
              MatchSlowly(names, text))
        << absl::StrJoin(text, " ");
  }
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
