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
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Matcher().Match(c.title, c.text), c.expected) << c.title << " | " << c.text;
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
