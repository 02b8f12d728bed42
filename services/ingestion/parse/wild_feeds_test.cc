// Every captured feed is read, and each entry count equals the one MANIFEST.tsv records.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "services/ingestion/parse/parser.h"

namespace dateline::ingestion::parse {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(WildFeeds, HasTheEntriesOfTheManifest) {
  const fs::path data = fs::path(DATELINE_SHARED_DATA) / "wild-feeds";
  if (!fs::exists(data / "feeds.tar.xz")) {
    if (std::getenv("CI") != nullptr) FAIL() << "no captured feeds at " << data;
    GTEST_SKIP() << "no captured feeds at " << data;
  }
  std::string pattern = (fs::temp_directory_path() / "dateline-feeds-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  const std::string command =
      "tar xJf '" + (data / "feeds.tar.xz").string() + "' -C '" + pattern + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const std::string manifest = ReadFile(data / "MANIFEST.tsv");
  int files = 0;
  for (const absl::string_view line : absl::StrSplit(manifest, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> row = absl::StrSplit(line, '\t');
    if (row[0] == "file") continue;
    ++files;
    const auto feed = ParseFeed(ReadFile(fs::path(pattern) / "feeds" / row[0]),
                                {.content_type = "", .base_url = "https://example.org/feed"});
    if (!feed.ok()) {
      ADD_FAILURE() << row[0] << ": " << feed.status().ToString();
      continue;
    }
    EXPECT_EQ(std::to_string(feed->entries.size()), row[3]) << row[0] << " " << feed->first_fault;
  }
  EXPECT_EQ(files, 183);
  fs::remove_all(pattern);
}

}  // namespace
}  // namespace dateline::ingestion::parse
