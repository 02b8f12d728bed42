#include "services/ingestion/parse/twice_encoded.h"

#include "gtest/gtest.h"

namespace dateline::ingestion::parse {
namespace {

TEST(TwiceEncoded, IsUndoneIfAllOfItIs) {
  const struct {
    const char* text;
    const char* want;  // null: stays
  } kCases[] = {
      {"FÃ¶rderung fÃ¼r KÃ¶ln", "Förderung für Köln"},
      {"Â£30 million", "£30 million"},
      {"itâ€™s â€œgoodâ€\xC2\x9D", "it’s “good”"},
      {"ÐœÐ¾Ñ\xC2\x81ÐºÐ²Ð°", "Москва"},
      {"æ—¥æœ¬èª\xC5\xBE", "日本語"},
      {"ðŸ˜€ and Ã©", "😀 and é"},
      {"Förderung", nullptr},
      {"FÃ¶rderung für Köln", nullptr},
      {"Ã¶ is how ö looks", nullptr},
      {"Москва Ã¶", nullptr},
      {"CAFÉ» and more", nullptr},
      {"Ã alone", nullptr},
      {"plain", nullptr},
      {"", nullptr},
      {"日本語", nullptr},
      {"😀", nullptr},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(UndoSecondEncoding(c.text).value_or("stays"), c.want == nullptr ? "stays" : c.want)
        << c.text;
  }
}

}  // namespace
}  // namespace dateline::ingestion::parse
