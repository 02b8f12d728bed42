#include "services/cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dateline::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<OptionSpec> kOptions = {
    {"json", "", "as JSON"}, {"n", "N", "how many"}, {"source", "ID", "source"}};

TEST(ArgumentsTest, SortsOptionsFromPositional) {
  const auto arguments = Arguments::Parse(
      {"a.xml", "--source", "wire", "-n", "3", "--json", "-", "--", "-b"}, kOptions);
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_THAT(arguments->positional(), ElementsAre("a.xml", "-", "-b"));
  EXPECT_EQ(arguments->Get("source", "none"), "wire");
  EXPECT_EQ(arguments->GetInt("n", 10, 1, 200).value(), 3);
  EXPECT_TRUE(arguments->Has("json"));
}

TEST(ArgumentsTest, TakesValuesBehindEqualsSign) {
  const auto arguments = Arguments::Parse({"--source=wire=2"}, kOptions);
  ASSERT_TRUE(arguments.ok());
  EXPECT_EQ(arguments->Get("source", ""), "wire=2");
}

TEST(ArgumentsTest, NamesWhatIsWrong) {
  const struct {
    std::vector<std::string> words;
    std::string message;
  } cases[] = {
      {{"--jsn"}, "unknown option --jsn"},
      {{"-json"}, "unknown option -json"},
      {{"--source"}, "--source needs a value"},
      {{"--json=1"}, "json takes no value"},
  };
  for (const auto& test : cases) {
    const auto arguments = Arguments::Parse(test.words, kOptions);
    ASSERT_FALSE(arguments.ok()) << test.message;
    EXPECT_THAT(std::string(arguments.status().message()), HasSubstr(test.message));
  }
}

TEST(ArgumentsTest, ChecksRangesOfNumbers) {
  for (const char* bad : {"0", "201", "x", "", "1.5", "99999999999"}) {
    const auto arguments = Arguments::Parse({"-n", bad}, kOptions);
    ASSERT_TRUE(arguments.ok());
    EXPECT_FALSE(arguments->GetInt("n", 10, 1, 200).ok()) << bad;
  }
}

}  // namespace
}  // namespace dateline::cli
