#include "services/ingestion/tag/tokens.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_join.h"

namespace dateline::ingestion {
namespace {

std::string Words(const std::string& text) {
  std::vector<std::string> words;
  TokenReader reader(text);
  while (reader.Next()) words.push_back(reader.folded());
  return absl::StrJoin(words, "|");
}

TEST(TokenReader, CutsTextsIntoWords) {
  struct Case {
    const char* text;
    const char* expected;
  };
  constexpr Case kCases[] = {
      {"", ""},
      {" .,;--", ""},
      {"Kazakhstan's policy", "kazakhstan|s|policy"},
      {"Central-Asia/Europe", "central|asia|europe"},
      {"Café\u0301s (naïve)", "cafes|naive"},
      {"U.S. troops", "us|troops"},
      {"the U.S.", "the|us"},
      {"U.S.-Japan", "us|japan"},
      {"U.S.S.R", "ussr"},
      {"С.Ш.А.", "сша"},
      {"J.R.R. Tolkien", "jrr|tolkien"},
      {"J. R. Tolkien", "j|r|tolkien"},
      {"vitamin C. And", "vitamin|c|and"},
      {"a.bc", "a|bc"},
      {"v.1.2", "v|1|2"},
      {"end.Begin", "end|begin"},
      {"G7 and G-7", "g7|and|g|7"},
      {"哈萨克斯坦 oil", "哈|萨|克|斯|坦|oil"},
      {"東アジアの国", "東|アシ\u3099ア|の|国"},
      {"インドネシア", "イント\u3099ネシア"},
      {"カザフスタン共和国", "カサ\u3099フスタン|共|和|国"},
      {"대한민국은 한국", "대한민국은|한국"},
      {"ไทย", "ไ|ท|ย"},
      {"Ελλάς·Κύπρος", "ελλασ|κυπροσ"},
      {"\xFFx\xFE", "x"},
  };
  for (const Case& c : kCases) EXPECT_EQ(Words(c.text), c.expected) << c.text;
}

TEST(TokenReader, TellsHowAWordIsWritten) {
  struct Case {
    const char* text;
    bool capitals, initial, initial_capital, dotted;
  };
  constexpr Case kCases[] = {
      {"US", true, true, true, false},        {"us", false, false, false, false},
      {"Us", false, true, true, false},       {"U.S.", true, true, true, true},
      {"u.s.", false, false, false, true},    {"G7", true, true, true, false},
      {"7", false, false, false, false},      {"A", false, true, true, false},
      {"ЕС", true, true, true, false},        {"Ес", false, true, true, false},
      {"中", false, true, false, false},      {"한국", false, true, false, false},
      {"مصر", false, true, false, false},     {"NATO", true, true, true, false},
      {"iPhone", false, false, false, false}, {"ΝΑΤΟ", true, true, true, false},
  };
  for (const Case& c : kCases) {
    TokenReader reader(c.text);
    ASSERT_TRUE(reader.Next()) << c.text;
    EXPECT_EQ(reader.capitals(), c.capitals) << c.text;
    EXPECT_EQ(reader.initial(), c.initial) << c.text;
    EXPECT_EQ(reader.initial_capital(), c.initial_capital) << c.text;
    EXPECT_EQ(reader.dotted(), c.dotted) << c.text;
  }
}

}  // namespace
}  // namespace dateline::ingestion
