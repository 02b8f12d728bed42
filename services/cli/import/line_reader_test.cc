#include "services/cli/import/line_reader.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"

namespace dateline::cli {
namespace {

using dateline::testing::IsOk;
using dateline::testing::StatusIs;

class LineReaderTest : public ::testing::Test {
 protected:
  ~LineReaderTest() override { std::filesystem::remove(path_); }

  void Write(const std::string& text, bool zipped) {
    if (zipped) {
      gzFile file = gzopen(path_.c_str(), "wb");
      gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
      gzclose(file);
    } else {
      std::ofstream(path_, std::ios::binary) << text;
    }
  }
  // Lines as "number:text", those that are too long with a "!".
  std::vector<std::string> ReadAll(size_t max = 1'000'000, int64_t skip_lines = 0,
                                   int64_t skip_end = 0) {
    const auto reader = LineReader::Open(path_, max);
    EXPECT_THAT(reader, IsOk());
    EXPECT_THAT((*reader)->Skip(skip_lines, skip_end), IsOk());
    std::vector<std::string> lines;
    Line line;
    while (true) {
      const auto more = (*reader)->Next(&line);
      EXPECT_THAT(more, IsOk());
      if (!more.value_or(false)) return lines;
      lines.push_back(absl::StrCat(line.number, ":", line.text, line.too_long ? "!" : ""));
      ends_.push_back(line.end);
    }
  }

  const std::string path_ =
      (std::filesystem::temp_directory_path() / absl::StrCat("dateline-lines-", getpid())).string();
  std::vector<int64_t> ends_;
};

TEST_F(LineReaderTest, ReadsLinesZippedOrNot) {
  const std::vector<std::string> expected = {"1:one", "2:", "3:three", "4:four"};
  for (const bool zipped : {false, true}) {
    for (const char* text : {"one\n\nthree\r\nfour\n", "one\n\nthree\nfour"}) {
      Write(text, zipped);
      EXPECT_EQ(ReadAll(), expected) << text;
    }
    Write("", zipped);
    EXPECT_TRUE(ReadAll().empty());
  }
}

TEST_F(LineReaderTest, GoesOnWhereALineEnded) {
  std::string text;
  for (int i = 1; i <= 50'000; ++i) absl::StrAppend(&text, "line ", i, "\n");
  for (const bool zipped : {false, true}) {
    Write(text, zipped);
    ends_.clear();
    const auto all = ReadAll();
    ASSERT_EQ(all.size(), 50'000U);
    const auto rest = ReadAll(100, 40'000, ends_[39'999]);
    ASSERT_EQ(rest.size(), 10'000U);
    EXPECT_EQ(rest.front(), "40001:line 40001");
    EXPECT_EQ(rest.back(), all.back());
  }
}

TEST_F(LineReaderTest, CutsLinesThatAreTooLong) {
  Write(absl::StrCat("ab\n", std::string(1'000'000, 'x'), "\nabc\nabcd\nend"), true);
  const std::vector<std::string> expected = {"1:ab", "2:xxx!", "3:abc", "4:abc!", "5:end"};
  EXPECT_EQ(ReadAll(3), expected);
}

TEST_F(LineReaderTest, SaysWhereADamagedFileEnds) {
  std::string text;
  for (int i = 1; i <= 20'000; ++i) absl::StrAppend(&text, "line ", i * 7919 % 10'007, "\n");
  Write(text, true);
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  const auto reader = LineReader::Open(path_, 100);
  ASSERT_THAT(reader, IsOk());
  Line line;
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = (*reader)->Next(&line);
  EXPECT_THAT(more, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_GT(line.number, 1'000);
}

TEST_F(LineReaderTest, RefusesWhatIsNoFile) {
  EXPECT_THAT(LineReader::Open("/nonexistent/file", 10), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(LineReader::Open("/tmp", 10), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace dateline::cli
