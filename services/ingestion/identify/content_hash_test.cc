#include "services/ingestion/identify/content_hash.h"

#include <gtest/gtest.h>

namespace dateline::ingestion {
namespace {

TEST(Sha256Hex, GivesTheStandardsExamples) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ContentHash, SeesEveryChangeButWhiteSpace) {
  EXPECT_EQ(ContentHash("A b", "c d"), ContentHash(" A  b\n", "c\xC2\xA0 d"));
  EXPECT_NE(ContentHash("A b", "c d"), ContentHash("A b", "c D"));
  EXPECT_NE(ContentHash("A b", "c"), ContentHash("A", "b c"));
  EXPECT_NE(ContentHash("ab", ""), ContentHash("a", "b"));
}

TEST(TitleBodyKey, NeedsThirtyWords) {
  std::string text;
  for (int i = 0; i < 29; ++i) text += "word ";
  EXPECT_EQ(TitleBodyKey("Title", text), std::nullopt);
  text += "last";
  ASSERT_TRUE(TitleBodyKey("Title", text).has_value());
  EXPECT_EQ(TitleBodyKey("Title", text), TitleBodyKey("TITLE ", text));
  EXPECT_NE(TitleBodyKey("Title", text), TitleBodyKey("Title", text + " more"));
  EXPECT_NE(TitleBodyKey("Title", text), TitleBodyKey("Other", text));
}

}  // namespace
}  // namespace dateline::ingestion
