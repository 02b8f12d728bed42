// Real documents through the whole pipeline: the topic page's feed, captured feeds, a WordPress
// export.

#include <unistd.h>

#include <map>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temporary_folder.h"
#include "common/text/teaser.h"
#include "services/ingestion/pipeline/document.h"
#include "services/ingestion/pipeline/inspect.h"
#include "services/ingestion/testing/test_documents.h"

namespace dateline::ingestion::pipeline {
namespace {

namespace fs = std::filesystem;
using dateline::testing::IsOk;
using testing::ReadFile;

const absl::Time kObserved = absl::FromUnixSeconds(1'790'000'000);

DocumentInput InputOf(absl::string_view bytes, const std::string& base_url) {
  DocumentInput input;
  input.bytes = bytes;
  input.base_url = base_url;
  input.source.set_name("sources/wild");
  input.source.set_publication("publications/daily");
  input.observed_at = kObserved;
  return input;
}

std::vector<std::string> KeysOf(const Document& document) {
  std::vector<std::string> keys;
  for (const DocumentEntry& entry : document.entries) {
    keys.push_back(absl::StrCat(entry.entry_id, " ", entry.item.content_hash()));
    // What the first document of a source adds to its key is the former one.
    bool has_entry_key = false;
    for (const auto& key : entry.item.keys()) {
      const bool is_entry_key = key.kind() == catalog::v1::IDENTITY_KIND_ENTRY;
      if (!is_entry_key || !has_entry_key) absl::StrAppend(&keys.back(), " ", key.key());
      has_entry_key = has_entry_key || is_entry_key;
    }
  }
  return keys;
}

TEST(TopicPage, ShowsTheTeasersOfThePage) {
  const fs::path folder = fs::path(DATELINE_SHARED_DATA) / "topic-page";
  DATELINE_REQUIRE_SHARED(folder / "feed.xml");
  const std::string feed = ReadFile(folder / "feed.xml");
  const auto document = ReadDocument(InputOf(feed, "https://journal.example.org/feed/"));
  ASSERT_THAT(document, IsOk());
  ASSERT_EQ(document->entries.size(), 8U);
  std::map<absl::Time, std::string> page;
  for (const DocumentEntry& entry : document->entries) {
    ASSERT_EQ(entry.fate, EntryFate::kDeliver) << entry.title << " " << entry.rejection;
    if (entry.categories.empty() || entry.categories[0].term() != "Kazakhstan") continue;
    const content::v1::Article& article = entry.item.article();
    const absl::Time published = absl::FromUnixSeconds(article.publish_time().seconds());
    page[published] =
        absl::StrCat(article.title(), "\n\n",
                     text::CutTeaser(entry.item.derived().body_text(), 45).text, " MORE\n");
  }
  std::vector<std::string> newest_first;
  for (auto it = page.rbegin(); it != page.rend(); ++it) newest_first.push_back(it->second);
  EXPECT_EQ("Latest Articles about Kazakhstan\n\n" + absl::StrJoin(newest_first, "\n"),
            ReadFile(folder / "expected.txt"));
}

// What must hold of every entry of every document.
void CheckEntry(const DocumentEntry& entry) {
  switch (entry.fate) {
    case EntryFate::kReject:
      EXPECT_NE(error::ReasonOf(entry.rejection), errors::v1::ERROR_REASON_UNSPECIFIED);
      return;
    case EntryFate::kSkip:
      EXPECT_FALSE(entry.skip_reason.empty());
      return;
    case EntryFate::kDeliver:
      break;
  }
  EXPECT_FALSE(entry.entry_id.empty());
  EXPECT_FALSE(entry.item.article().title().empty());
  EXPECT_GT(entry.item.keys_size(), 0);
  EXPECT_FALSE(entry.item.content_hash().empty());
  EXPECT_LE(entry.item.article().publish_time().seconds(), absl::ToUnixSeconds(kObserved));
  for (const auto& key : entry.item.keys()) EXPECT_LE(key.key().size(), 64U);
}

TEST(WildFeeds, AccountForEveryEntryTheSameWayTwice) {
  const fs::path data = fs::path(DATELINE_SHARED_DATA) / "wild-feeds";
  DATELINE_REQUIRE_SHARED(data / "feeds.tar.xz");
  const dateline::testing::TemporaryFolder folder;
  const std::string command =
      "tar xJf '" + (data / "feeds.tar.xz").string() + "' -C '" + folder.path() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  int files = 0;
  std::map<EntryFate, int> fates;
  const std::string manifest = ReadFile(data / "MANIFEST.tsv");
  for (const absl::string_view line : absl::StrSplit(manifest, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> row = absl::StrSplit(line, '\t');
    if (row[0] == "file") continue;
    SCOPED_TRACE(row[0]);
    ++files;
    const std::string bytes = ReadFile(fs::path(folder.path()) / "feeds" / row[0]);
    const auto first = ReadDocument(InputOf(bytes, "https://example.org/feed"));
    ASSERT_THAT(first, IsOk());
    EXPECT_EQ(std::to_string(first->entries.size()), row[3]);
    for (const DocumentEntry& entry : first->entries) {
      CheckEntry(entry);
      ++fates[entry.fate];
    }
    DocumentInput again = InputOf(bytes, "https://example.org/feed");
    again.observed_at += absl::Hours(1);
    again.key_form = first->key_form;
    const auto second = ReadDocument(again);
    ASSERT_THAT(second, IsOk());
    EXPECT_EQ(KeysOf(*first), KeysOf(*second));
  }
  EXPECT_EQ(files, 183);
  std::printf("%d documents: %d entries to deliver, %d rejected, %d skipped\n", files,
              fates[EntryFate::kDeliver], fates[EntryFate::kReject], fates[EntryFate::kSkip]);
  // What is rejected are test files of empty entries and true repetitions.
  EXPECT_GT(fates[EntryFate::kDeliver], 2'400);
}

TEST(WordPressExport, DeliversPublishedPostsOnly) {
  const fs::path packed = fs::path(DATELINE_SHARED_DATA) / "wxr-wptest" / "wptest.xml.xz";
  DATELINE_REQUIRE_SHARED(packed);
  const dateline::testing::TemporaryFolder folder;
  const fs::path file = fs::path(folder.path()) / "export.xml";
  ASSERT_EQ(std::system(("xz -dc '" + packed.string() + "' > '" + file.string() + "'").c_str()), 0);
  const std::string bytes = ReadFile(file);
  const auto document = ReadDocument(InputOf(bytes, ""));
  ASSERT_THAT(document, IsOk());
  const auto inspected = InspectBytes(bytes, "", "", kObserved);
  ASSERT_THAT(inspected, IsOk());
  ASSERT_EQ(inspected->entries_size(), static_cast<int>(document->entries.size()));
  int delivered = 0;
  for (const DocumentEntry& entry : document->entries) {
    CheckEntry(entry);
    const v1::FeedEntry& shown = inspected->entries(entry.position);
    const bool is_post = shown.post_type() == "post" && shown.status() == "publish" &&
                         entry.skip_reason != "it is protected by a password";
    EXPECT_EQ(entry.fate == EntryFate::kDeliver, is_post) << entry.title;
    delivered += entry.fate == EntryFate::kDeliver ? 1 : 0;
  }
  // 35 posts are published, one of them protected by a password.
  EXPECT_EQ(delivered, 34);
}

}  // namespace
}  // namespace dateline::ingestion::pipeline
