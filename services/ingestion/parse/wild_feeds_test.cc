// Every captured feed is read, and each entry count equals the one MANIFEST.tsv records.

#include <unistd.h>

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
    EXPECT_EQ(std::to_string(feed->feed.entries_size()), row[3])
        << row[0] << " " << feed->feed.fault();
  }
  EXPECT_EQ(files, 183);
  fs::remove_all(pattern);
}

TEST(WordPressExport, HasItsItemsWithTypeAndStatus) {
  const fs::path packed = fs::path(DATELINE_SHARED_DATA) / "wxr-wptest" / "wptest.xml.xz";
  if (!fs::exists(packed)) {
    if (std::getenv("CI") != nullptr) FAIL() << "no export at " << packed;
    GTEST_SKIP() << "no export at " << packed;
  }
  std::string file = (fs::temp_directory_path() / "dateline-wxr-XXXXXX").string();
  const int fd = mkstemp(file.data());
  ASSERT_GE(fd, 0);
  close(fd);
  const std::string command = "xz -dc '" + packed.string() + "' > '" + file + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto feed = ParseFeed(ReadFile(file), {});
  fs::remove(file);
  ASSERT_TRUE(feed.ok()) << feed.status();
  EXPECT_EQ(feed->feed.format(), v1::FEED_FORMAT_WXR);
  EXPECT_EQ(feed->feed.entries_size(), 198);
  int published = 0;
  for (const v1::FeedEntry& e : feed->feed.entries()) {
    published += e.post_type() == "post" && e.status() == "publish" ? 1 : 0;
  }
  EXPECT_EQ(published, 35);
}

}  // namespace
}  // namespace dateline::ingestion::parse
