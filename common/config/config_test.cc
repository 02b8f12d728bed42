#include "common/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "absl/strings/str_cat.h"

namespace dateline::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Options {
  std::string listen = "127.0.0.1:7101";
  std::string key;
  int threads = 4;
  bool poll = true;
  absl::Duration age = absl::Minutes(5);
};

absl::Status Parse(std::vector<std::string> words, Options* options) {
  Parser parser("dateline-test", "Tests.", "1");
  parser.Address("listen", &options->listen, "address");
  parser.Secret("page-token-key", &options->key, "key");
  parser.Int("threads", &options->threads, 1, 64, "threads");
  parser.Bool("poll", &options->poll, "poll");
  parser.Duration("age", &options->age, absl::Seconds(1), "age");
  words.insert(words.begin(), "program");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return parser.Parse(static_cast<int>(argv.size()), argv.data()).status();
}

TEST(ParserTest, TakesFlagsInBothForms) {
  Options options;
  ASSERT_TRUE(
      Parse({"--listen", "127.0.0.1:0", "--threads=8", "--poll=false", "--age", "250s"}, &options)
          .ok());
  EXPECT_EQ(options.listen, "127.0.0.1:0");
  EXPECT_EQ(options.threads, 8);
  EXPECT_FALSE(options.poll);
  EXPECT_EQ(options.age, absl::Seconds(250));
}

TEST(ParserTest, FlagWinsOverEnvironment) {
  setenv("DATELINE_THREADS", "2", 1);
  setenv("DATELINE_AGE", "7s", 1);
  Options options;
  EXPECT_TRUE(Parse({"--threads=3"}, &options).ok());
  unsetenv("DATELINE_THREADS");
  unsetenv("DATELINE_AGE");
  EXPECT_EQ(options.threads, 3);
  EXPECT_EQ(options.age, absl::Seconds(7));
}

TEST(ParserTest, ReportsAllFaultsTogether) {
  Options options;
  const absl::Status status = Parse(
      {"--listen=7101", "--threads=0", "--thread=1", "stray", "--age=x", "--poll=yes"}, &options);
  const std::string text(status.message());
  for (const char* part :
       {"--listen must be host:port", "--threads must be", "unknown flag --thread=1",
        "unexpected argument stray", "--age must be", "--poll must be"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(ParserTest, ReadsSecretsFromFilesAndNeverShowsThem) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/key");
  std::ofstream(path) << "hidden\n";
  Options options;
  EXPECT_TRUE(Parse({"--page-token-key-file", path}, &options).ok());
  EXPECT_EQ(options.key, "hidden");
  const absl::Status status = Parse({"--page-token-key-file", path + ".missing"}, &options);
  EXPECT_THAT(std::string(status.message()), HasSubstr("cannot read"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hidden")));
}

TEST(ParserTest, NamesAFlagWithoutValue) {
  Options options;
  EXPECT_THAT(std::string(Parse({"--threads"}, &options).message()),
              HasSubstr("--threads needs a value"));
}

}  // namespace
}  // namespace dateline::config
