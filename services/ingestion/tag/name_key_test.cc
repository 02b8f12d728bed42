#include "services/ingestion/tag/name_key.h"

#include <gtest/gtest.h>

#include "common/text/slug.h"

namespace dateline::ingestion {
namespace {

TEST(NameKey, ForgetsThePunctuationThatTellsNothing) {
  struct Case {
    const char* name;
    const char* expected;
  };
  constexpr Case kCases[] = {
      {"Foreign policy", "foreign policy"},
      {"  FOREIGN \n policy ", "foreign policy"},
      {"Foreign-Policy", "foreign policy"},
      {"foreign_policy", "foreign policy"},
      {"foreign/policy", "foreign policy"},
      {"Foreign — policy", "foreign policy"},
      {"“Foreign policy”", "foreign policy"},
      {"#ForeignPolicy", "foreignpolicy"},
      {"##Ukraine", "ukraine"},
      {"U.S.", "us"},
      {"U.S.A.", "usa"},
      {"St. Petersburg", "st petersburg"},
      {"J.R.R. Tolkien", "jrr tolkien"},
      {"Web 2.0", "web 2.0"},
      {"COVID-19", "covid 19"},
      {"Côte d’Ivoire", "cote divoire"},
      {"Cote d'Ivoire", "cote divoire"},
      {"Türkiye", "turkiye"},
      {"Straße", "strasse"},
      {"ΕΛΛΆΔΑ", "ελλαδα"},
      {"Ελλάδα", "ελλαδα"},
      {"Қазақстан", "қазақстан"},
      {"ҚАЗАҚСТАН", "қазақстан"},
      {"Беларусь", "беларусь"},
      {"中国・台湾", "中国 台湾"},
      {"ＫＡＺＡＫＨＳＴＡＮ", "kazakhstan"},
      {"C++", "c++"},
      {"C#", "c#"},
      {"C", "c"},
      {"AT&T", "at&t"},
      {"R&D", "r&d"},
      {"50%", "50%"},
      {"@dateline", "@dateline"},
      {"---", ""},
      {"...", ""},
      {"", ""},
  };
  for (const Case& c : kCases) EXPECT_EQ(NameKey(c.name), c.expected) << c.name;
}

TEST(NameKey, IsItsOwnKey) {
  for (const char* name : {"U.S.", "Côte d’Ivoire", "Web 2.0", "C#", "##Ukraine", "a - b"}) {
    EXPECT_EQ(NameKey(NameKey(name)), NameKey(name)) << name;
  }
}

TEST(CanNameTopic, WantsALetterAndNoAddress) {
  struct Case {
    std::string name;
    bool expected;
  };
  const Case kCases[] = {
      {"Economy", true},
      {"C", true},
      {"经济", true},
      {"اقتصاد", true},
      {"2022 elections", true},
      {"2022", false},
      {"★★★", false},
      {"---", false},
      {"", false},
      {"http://schemas.google.com/blogger/2008/kind#post", false},
      {std::string(100, 'a'), true},
      {std::string(101, 'a'), false},
  };
  for (const Case& c : kCases) EXPECT_EQ(CanNameTopic(c.name), c.expected) << c.name;
}

TEST(TopicIdFor, IsUsableInEveryScript) {
  struct Case {
    const char* name;
    const char* expected;
  };
  constexpr Case kCases[] = {
      {"Trade Wars", "trade-wars"},
      {"Қазақстан", "kazakstan"},
      {"Экономика", "ekonomika"},
      {"经济", "jing-ji"},
      {"Ελλάδα", "ellada"},
      {"서울", "seoul"},
      {"Österreich", "osterreich"},
      {"C++", "c"},
      {"C#", "c"},
  };
  for (const Case& c : kCases) EXPECT_EQ(TopicIdFor(c.name, false), c.expected) << c.name;
  // Scripts that ICU does not transliterate, and names that it makes nothing of, have an id too.
  for (const char* name :
       {"اقتصاد", "कूटनीति", "เศรษฐกิจ", "ភូមា", "ລາວ", "မြန်မာ", "བོད", "ᏣᎳᎩ", "אוצר", "საქართველო"}) {
    const std::string id = TopicIdFor(name, false);
    EXPECT_FALSE(id.empty()) << name;
    EXPECT_LE(id.size(), 63u) << id;
    EXPECT_EQ(id, text::Slugify(id)) << name;
    EXPECT_EQ(id, TopicIdFor(name, false));
  }
}

TEST(TopicIdFor, TellsNamesApartThatHaveTheSameSlug) {
  const std::string plus = TopicIdFor("C++", true);
  const std::string sharp = TopicIdFor("C#", true);
  EXPECT_NE(plus, sharp);
  EXPECT_EQ(plus.substr(0, 2), "c-");
  EXPECT_EQ(plus, TopicIdFor("c++", true));  // The same name for whoever meets it.
  const std::string name(90, 'x');
  EXPECT_EQ(TopicIdFor(name + "1", true).size(), 63u);
  EXPECT_NE(TopicIdFor(name + "1", true), TopicIdFor(name + "2", true));
}

}  // namespace
}  // namespace dateline::ingestion
