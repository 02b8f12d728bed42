#include "common/text/slug.h"

#include <gtest/gtest.h>

namespace dateline::text {
namespace {

struct Case {
  const char* input;
  const char* expected;
};

TEST(Slugify, MakesIdsOfNames) {
  constexpr Case kCases[] = {
      {"Organization of Turkic States", "organization-of-turkic-states"},
      {"Kazakhstan", "kazakhstan"},
      {"Қазақстан", "kazakstan"},
      {"Россия", "rossia"},
      {"Ελλάδα", "ellada"},
      {"Côte d\xE2\x80\x99Ivoire", "cote-divoire"},
      {"Łódź & Straße", "lodz-strasse"},
      {"  U.S.--China  Trade! ", "u-s-china-trade"},
      {"G20", "g20"},
      {"北京", "bei-jing"},
      {"***", ""},
      {"", ""},
      {"\xFF", ""},
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
      {"The Committee on the Peaceful Uses of Outer Space and of Everything Else",
       "the-committee-on-the-peaceful-uses-of-outer-space-and-of"},
  };
  for (const Case& c : kCases) EXPECT_EQ(Slugify(c.input), c.expected) << c.input;
}

TEST(Fold, MakesSpellingsEqual) {
  constexpr Case kCases[] = {
      {" Central\xC2\xA0 ASIA ", "central asia"},
      {"Türkiye", "turkiye"},
      {"Tu\xCC\x88rkiye", "turkiye"},
      {"İstanbul", "istanbul"},
      {"Łódź", "lodz"},
      {"STRASSE", "strasse"},
      {"Straße", "strasse"},
      {"Côte d\xE2\x80\x99Ivoire", "cote d'ivoire"},
      {"ＧＯ", "go"},
      {"ﬁn", "fin"},
      {"ҚАЗАҚСТАН", "қазақстан"},
      {"Ёлка", "елка"},
      {"대한민국", "대한민국"},
      {"北京", "北京"},
      {"a \xC2\xAF b \xC2\xB4", "a b"},  // spacing accents
      {"", ""},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Fold(c.input), c.expected) << c.input;
    EXPECT_EQ(Fold(c.expected), c.expected);
  }
}

}  // namespace
}  // namespace dateline::text
