#include "services/ingestion/pipeline/inspect.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "gtest/gtest.h"

namespace dateline::ingestion::pipeline {
namespace {

v1::FeedEntry InspectItem(absl::string_view inner) {
  const auto feed = InspectBytes(
      absl::StrCat(
          "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
          "xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><item>",
          inner, "</item></channel></rss>"),
      "application/rss+xml", "https://a.example/feed", absl::FromUnixSeconds(1'700'000'000));
  EXPECT_TRUE(feed.ok()) << feed.status();
  return feed.ok() && feed->entries_size() == 1 ? feed->entries(0) : v1::FeedEntry();
}

TEST(InspectBytes, TakesTheSummaryAsTextIfThereIsNoContent) {
  const auto entry =
      InspectItem("<description>&lt;p&gt;one &lt;b&gt;two&lt;/b&gt;&lt;/p&gt;</description>");
  EXPECT_EQ(entry.summary(), "one two");
  EXPECT_EQ(entry.content_html(), "<p>one <b>two</b></p>");
  EXPECT_EQ(entry.content_text(), "one two");
  EXPECT_EQ(entry.word_count(), 2);
}

TEST(InspectBytes, KeepsSummaryAndContentApart) {
  const auto entry = InspectItem(
      "<description>short</description><content:encoded>&lt;p&gt;one two "
      "three&lt;/p&gt;</content:encoded>");
  EXPECT_EQ(entry.summary(), "short");
  EXPECT_EQ(entry.content_text(), "one two three");
  EXPECT_EQ(entry.word_count(), 3);
}

v1::FeedEntry InspectDocument(absl::string_view document) {
  const auto feed =
      InspectBytes(document, "", "https://a.example/feed", absl::FromUnixSeconds(1'700'000'000));
  EXPECT_TRUE(feed.ok()) << feed.status();
  return feed.ok() && feed->entries_size() == 1 ? feed->entries(0) : v1::FeedEntry();
}

// Plain text has no other means; that of HTML has, so its line breaks are none.
TEST(InspectBytes, KeepsTheLineBreaksOfPlainText) {
  const std::string atom =
      "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:media=\"http://search.yahoo.com/mrss/\">"
      "<entry>$0</entry></feed>";
  const std::string json =
      "{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [{\"id\": \"1\", $0}]}";
  const std::string rss =
      "<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><item>$0</item>"
      "</channel></rss>";
  const std::string plain = "One &lt; two\n three.\n \n\r\nFour &amp; five.\n";
  const std::string cases[] = {
      absl::Substitute(atom, absl::StrCat("<content>", plain, "</content>")),
      absl::Substitute(atom, absl::StrCat("<content type=\"text\">", plain, "</content>")),
      absl::Substitute(atom, absl::StrCat("<summary type=\"text/plain\">", plain, "</summary>")),
      absl::Substitute(atom, absl::StrCat("<media:group><media:description>", plain,
                                          "</media:description></media:group>")),
      absl::Substitute(rss, absl::StrCat("<media:content url=\"/v\"><media:description>", plain,
                                         "</media:description></media:content>")),
      absl::Substitute(
          rss, absl::StrCat("<media:description type=\"plain\">", plain, "</media:description>")),
      absl::Substitute(json,
                       "\"content_text\": \"One < two\\n three.\\n \\n\\r\\nFour & five.\\n\""),
      absl::Substitute(json, "\"summary\": \"One < two\\r\\n three.\\n\\nFour & five.\""),
  };
  for (const std::string& document : cases) {
    const v1::FeedEntry entry = InspectDocument(document);
    EXPECT_EQ(entry.content_html(), "<p>One &lt; two<br>three.</p><p>Four &amp; five.</p>")
        << document;
    EXPECT_EQ(entry.content_text(), "One < two\nthree.\nFour & five.") << document;
  }
  EXPECT_EQ(
      InspectDocument(absl::Substitute(rss, "<description>One\ntwo</description>")).content_html(),
      "One\ntwo");
}

TEST(InspectBytes, ShowsFilesMediaAndWhatCouldNotBeRead) {
  const auto entry = InspectItem(
      "<pubDate>soon</pubDate><guid>https://a.example/1</guid>"
      "<enclosure url=\"/1.mp3\" length=\"9\" type=\"audio/mpeg\"/>"
      "<media:content url=\"/1.jpg\" type=\"image/jpeg\" fileSize=\"8\" duration=\"7\">"
      "<media:credit>Ann</media:credit></media:content>");
  ASSERT_EQ(entry.unparsed_dates_size(), 1);
  EXPECT_EQ(entry.unparsed_dates(0), "soon");
  EXPECT_FALSE(entry.has_publish_time());
  EXPECT_TRUE(entry.id_is_permalink());
  EXPECT_EQ(entry.link(), "https://a.example/1");
  ASSERT_EQ(entry.enclosures_size(), 1);
  EXPECT_EQ(entry.enclosures(0).url(), "https://a.example/1.mp3");
  EXPECT_EQ(entry.enclosures(0).length(), 9);
  ASSERT_EQ(entry.media_size(), 1);
  EXPECT_EQ(entry.media(0).credit(), "Ann");
  EXPECT_EQ(entry.media(0).length(), 8);
  EXPECT_EQ(entry.media(0).duration().seconds(), 7);
  EXPECT_EQ(entry.credit(), "Ann");
}

}  // namespace
}  // namespace dateline::ingestion::pipeline
