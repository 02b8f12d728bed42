#include "common/text/utf8.h"

#include <gtest/gtest.h>

#include "common/text/white_space.h"

namespace dateline::text {
namespace {

struct Case {
  std::string input, repaired;
  int64_t code_points;
};

TEST(Utf8, RepairsEachMaximalSubpart) {
  const std::string r = "\xEF\xBF\xBD";
  const Case kCases[] = {
      {"", "", 0},
      {"plain ASCII, long enough", "plain ASCII, long enough", 24},
      {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 3},
      {"\xFF", r, 1},
      {"a\x80z", "a" + r + "z", 3},
      {"\xC0\xAF", r + r, 2},                  // overlong
      {"\xE0\x80\xAF", r + r + r, 3},          // overlong
      {"\xED\xA0\x80", r + r + r, 3},          // a surrogate
      {"\xF4\x90\x80\x80", r + r + r + r, 4},  // above U+10FFFF
      {"\xF0\x9F\x98", r, 1},                  // truncated
      {"\xE2\x82z", r + "z", 2},
      {"12345678\xE2\x82", "12345678" + r, 9},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(RepairUtf8(c.input), c.repaired);
    EXPECT_EQ(CountCodePoints(c.input), c.code_points) << c.repaired;
    EXPECT_EQ(IsValidUtf8(c.input), c.input == c.repaired) << c.repaired;
  }
}

TEST(Utf8, TruncatesBetweenCodePoints) {
  EXPECT_EQ(TruncateUtf8("a\xE2\x82\xAC", 4), "a\xE2\x82\xAC");
  EXPECT_EQ(TruncateUtf8("a\xE2\x82\xAC", 3), "a");
  EXPECT_EQ(TruncateUtf8("a\xE2\x82\xAC", 1), "a");
  EXPECT_EQ(TruncateUtf8("\xE2\x82\xAC", 2), "");
}

TEST(WhiteSpace, CollapsesEveryKind) {
  EXPECT_EQ(CollapseWhiteSpace(" \t a\xC2\xA0\n b\xE3\x80\x80"
                               "c\xE2\x80\x89 "),
            "a b c");
  EXPECT_EQ(CollapseWhiteSpace("a\xE2\x80\x8B"
                               "b"),
            "a\xE2\x80\x8B"
            "b");  // ZERO WIDTH SPACE is none
  EXPECT_EQ(CollapseWhiteSpace(" \n "), "");
  EXPECT_EQ(CollapseWhiteSpace("ab\x01  \x7F\xFF\tc\xC3\xA9 de"),
            "ab\x01 \x7F\xEF\xBF\xBD c\xC3\xA9 de");
}

}  // namespace
}  // namespace dateline::text
