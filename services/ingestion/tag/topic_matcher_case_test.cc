#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/ingestion/tag/topic_matcher.h"

// How names must be written in a text to be found there.
namespace dateline::ingestion {
namespace {

struct Case {
  const char* title;
  const char* text;
  std::vector<std::string> expected;
};

template <size_t kCount>
void Check(const TopicMatcher& matcher, const Case (&cases)[kCount]) {
  for (const Case& c : cases) {
    EXPECT_EQ(matcher.Match(c.title, c.text), c.expected) << c.title << " | " << c.text;
  }
}

TEST(TopicMatcherCase, FindsAbbreviationsInCapitalsOrWithStops) {
  const TopicMatcher matcher({{"us", "US"},
                              {"us", "U.S."},
                              {"who", "Who"},
                              {"italy", "IT"},
                              {"nato", "NATO"},
                              {"eu", "ЕС"},
                              {"g7", "G7"},
                              {"laser", "LASERS"}});
  const Case kCases[] = {
      {"US troops", "", {"us"}},
      {"Tell us more", "us us", {}},
      {"Us and them", "Us, Us", {}},
      {"The U.S. economy", "", {"us"}},
      {"the u.s. economy", "", {"us"}},
      {"U.S.-led", "", {"us"}},
      {"Who will win?", "Who, who, Who", {}},
      {"The WHO warns", "", {"who"}},
      {"", "The WHO and again the WHO", {"who"}},
      {"It is said", "It, it, It", {}},
      {"A firm in IT", "", {"italy"}},
      {"Nato summit", "nato, Nato", {}},
      {"NATO summit", "", {"nato"}},
      {"N.A.T.O. summit", "", {"nato"}},
      {"Саммит ЕС", "", {"eu"}},
      {"Ес ес", "", {}},
      {"The G7 meets", "", {"g7"}},
      {"g7 meets", "", {}},
      {"lasers cut", "", {"laser"}},  // Six letters are a word.
      // All in capitals: capitals say nothing of words that every text has.
      {"TELL US WHO DID IT", "", {}},
      {"NATO MEETS IN PARIS", "", {}},
      {"NATO MEETS IN PARIS", "The ministers of NATO met.", {"nato"}},
      {"THE U.S. SAYS NO TO IT", "", {"us"}},
  };
  Check(matcher, kCases);
}

TEST(TopicMatcherCase, FindsProperNamesWithACapital) {
  const TopicMatcher matcher({{"turkey", "Turkey", true, true},
                              {"reading", "Reading", true, true},
                              {"china", "China", true, true},
                              {"oil", "Oil", true, false},
                              {"law", "law", true, false},
                              {"gates", "Bill Gates", true, true},
                              {"ebay", "eBay", true, true},
                              {"egypt", "مصر", true, true},
                              {"greece", "Ελλάδα", true, true}});
  const Case kCases[] = {
      {"Turkey votes", "", {"turkey"}},
      {"How to roast a turkey", "A turkey, a turkey.", {}},
      {"TURKEY VOTES", "", {"turkey"}},
      {"turkey votes", "", {"turkey"}},  // A title without capitals.
      {"", "Turkey voted. Turkey counted.", {"turkey"}},
      {"", "Turkey voted; the turkey was eaten", {}},
      {"She loves reading", "", {}},
      {"Trains to Reading", "", {"reading"}},
      {"Fine china for sale", "", {}},
      {"Living in New Reading", "", {}},
      {"", "The state of New China and New China", {}},
      {"New China policy", "", {"china"}},
      {"", "The new China and its new China policy", {"china"}},
      {"Oil prices", "", {"oil"}},
      {"", "oil and more oil", {"oil"}},
      {"LAW and order", "", {"law"}},
      {"bill gates speaks", "", {"gates"}},
      {"eBay sells", "", {"ebay"}},
      {"Ebay sells", "", {"ebay"}},
      {"أخبار مصر", "", {"egypt"}},
      {"Η Ελλάδα", "", {"greece"}},
      {"Η ΕΛΛΑΔΑ", "", {"greece"}},
  };
  Check(matcher, kCases);
}

TEST(TopicMatcherCase, NeverLooksForLettersAndNumbers) {
  const TopicMatcher matcher({{"x", "X"},
                              {"c", "C"},
                              {"year", "2024"},
                              {"us", "美"},
                              {"g", "7"},
                              {"cpp", "C++"},
                              {"east", "東"}});
  const Case kCases[] = {
      {"X marks the spot", "X X", {}}, {"Vitamin C", "", {}}, {"The year 2024", "2024 2024", {}},
      {"美国", "美 美", {}},           {"7 days", "", {}},    {"東京", "", {}},
  };
  Check(matcher, kCases);
}

}  // namespace
}  // namespace dateline::ingestion
