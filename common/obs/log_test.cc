#include "common/obs/log.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"

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

TEST(LogTest, ALineIsBoundedAndStaysJson) {
  InitialiseLog("test", Level::kInfo);
  ::testing::internal::CaptureStderr();
  const std::string quotes(100'000, '"');
  const std::string control(100'000, '\x01');
  const std::string letters = "a" + std::string(2, '\xD0') + std::string(100'000, 'x');
  Log(Level::kInfo, control,
      {{"a", quotes}, {"b", control}, {"c", letters}, {"d", letters}, {"e", letters}, {"f", 1}});
  const std::string line = ::testing::internal::GetCapturedStderr();
  EXPECT_LE(line.size(), limits::kMaxLogLineBytes);
  EXPECT_NE(line.find("\"cut\":true}"), std::string::npos) << line;
}

}  // namespace
}  // namespace dateline::obs
