#include "common/obs/log.h"

#include <gtest/gtest.h>

namespace dateline::obs {
namespace {

TEST(JsonStringTest, EscapesWhatJsonForbids) {
  EXPECT_EQ(JsonString("a\"b\\c\n\x01"), "\"a\\\"b\\\\c\\n\\u0001\"");
  EXPECT_EQ(JsonString("Қазақстан"), "\"Қазақстан\"");
  EXPECT_EQ(JsonString("\xff"), "\"\xEF\xBF\xBD\"");
}

TEST(FieldTest, WritesEachTypeAsJsonDoes) {
  EXPECT_EQ(Field("k", "v").json(), "\"k\":\"v\"");
  EXPECT_EQ(Field("k", 7).json(), "\"k\":7");
  EXPECT_EQ(Field("k", true).json(), "\"k\":true");
  EXPECT_EQ(Field("k", 0.5).json(), "\"k\":0.5");
}

TEST(ParseLevelTest, TakesKnownWordsOnly) {
  Level level = Level::kError;
  EXPECT_TRUE(ParseLevel("debug", &level));
  EXPECT_EQ(level, Level::kDebug);
  EXPECT_FALSE(ParseLevel("loud", &level));
}

TEST(LogTest, WritesOneLineWithItsFields) {
  InitialiseLog("test", Level::kInfo);
  ::testing::internal::CaptureStderr();
  // The sink holds the stream itself, so what it writes goes where stderr goes now.
  Log(Level::kInfo, "hello", {{"port", 7101}});
  Log(Level::kDebug, "not written");
  const std::string line = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(
      line.find("\"level\":\"info\",\"service\":\"test\",\"message\":\"hello\",\"port\":7101}"),
      std::string::npos)
      << line;
  EXPECT_EQ(line.find("not written"), std::string::npos);
}

}  // namespace
}  // namespace dateline::obs
