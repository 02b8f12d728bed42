#include "common/errors/excerpt.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "common/text/utf8.h"

namespace dateline::error {
namespace {

TEST(ExcerptTest, LeavesShortTextsAsTheyAre) {
  EXPECT_EQ(Excerpt("", 10), "");
  EXPECT_EQ(Excerpt("topics/ж", 9), "topics/ж");
}

TEST(ExcerptTest, CutsBetweenCodePoints) {
  EXPECT_EQ(Excerpt("жжжжжж", 9), "жжж...");
  EXPECT_EQ(Excerpt("жжжжжж", 10), "жжж...");
  EXPECT_EQ(Excerpt("abcdef", 2), "");
}

TEST(ExcerptTest, EscapesWhatIsNoTextOfOneLine) {
  EXPECT_EQ(Excerpt(absl::string_view("a\0b\n", 4), 20), "a\\x00b\\x0a");
  EXPECT_EQ(Excerpt("\xFF\xC3(", 20), "\\xff\\xc3(");
}

TEST(ExcerptTest, KeepsItsBoundWhateverTheBytes) {
  for (const std::string& unit : {std::string("\xFF"), std::string("\0", 1), std::string("漢")}) {
    std::string text;
    while (text.size() < 1 << 20) text += unit;
    for (size_t bytes = 0; bytes < 40; ++bytes) {
      const std::string excerpt = Excerpt(text, bytes);
      EXPECT_LE(excerpt.size(), bytes);
      EXPECT_TRUE(text::IsValidUtf8(excerpt));
    }
    EXPECT_TRUE(absl::EndsWith(Excerpt(text, 40), "..."));
  }
}

}  // namespace
}  // namespace dateline::error
