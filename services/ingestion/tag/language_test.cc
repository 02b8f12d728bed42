#include "services/ingestion/tag/language.h"

#include <gtest/gtest.h>

namespace dateline::ingestion {
namespace {

TEST(DetectLanguage, NamesTheLanguageOfASentence) {
  struct Case {
    const char* text;
    const char* expected;
  };
  constexpr Case kCases[] = {
      {"The ministers agreed on Thursday that the railway should be built within three years.",
       "en"},
      {"Die Minister einigten sich am Donnerstag darauf, die Bahnstrecke in drei Jahren zu bauen.",
       "de"},
      {"Les ministres sont convenus jeudi que la ligne serait construite en trois ans.", "fr"},
      {"Министры договорились в четверг построить железную дорогу за три года.", "ru"},
      {"Министрлер бейсенбі күні теміржолды үш жыл ішінде салуға келісті, деп хабарлады.", "kk"},
      {"各国部长星期四同意在三年内修建这条铁路，并将于明年开工。", "zh"},
      {"閣僚らは木曜日、鉄道を三年以内に建設することで合意した。", "ja"},
      {"장관들은 목요일에 철도를 삼 년 안에 건설하기로 합의했다.", "ko"},
      {"השרים הסכימו ביום חמישי לבנות את מסילת הברזל בתוך שלוש שנים.", "he"},
      {"", ""},
      {"123 456 --- !!!", ""},
      {"\xFF\xFE\x80", ""},
  };
  for (const Case& c : kCases) EXPECT_EQ(DetectLanguage(c.text, ""), c.expected) << c.text;
}

TEST(DetectLanguage, IsNotOverruledByAWrongHint) {
  EXPECT_EQ(
      DetectLanguage("Die Minister einigten sich am Donnerstag darauf, die Bahnstrecke in drei "
                     "Jahren zu bauen und die Kosten zu teilen.",
                     "en-US"),
      "de");
}

}  // namespace
}  // namespace dateline::ingestion
