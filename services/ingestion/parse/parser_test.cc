#include "services/ingestion/parse/parser.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "gtest/gtest.h"

namespace dateline::ingestion::parse {
namespace {

TEST(ParseFeed, ReadsRss2) {
  const auto feed = ParseFeed(R"(<?xml version="1.0"?><rss version="2.0"
    xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>
    <link>https://a.example/</link><ttl>15</ttl><item><title>A &amp;lt;b&amp;gt; &amp;amp; C</title>
    <link>/one</link><guid isPermaLink="false">g1</guid><category domain="d">x</category>
    <pubDate>Fri, 24 Nov 2023 10:00:00 +0100</pubDate><description>short</description>
    <content:encoded><![CDATA[<p>long</p>]]></content:encoded></item></channel></rss>)",
                              {});
  ASSERT_TRUE(feed.ok()) << feed.status();
  EXPECT_EQ(feed->format, FeedFormat::RSS_20);
  EXPECT_TRUE(feed->well_formed) << feed->first_fault;
  ASSERT_EQ(feed->entries.size(), 1U);
  const Entry& e = feed->entries[0];
  EXPECT_EQ(e.link, "https://a.example/one");
  EXPECT_EQ(e.id, "g1");
  EXPECT_FALSE(e.id_is_permalink);
  EXPECT_EQ(e.title, "A <b> & C");
  EXPECT_EQ(e.content.value, "<p>long</p>");
  EXPECT_EQ(e.content.base_url, "https://a.example/one");
  EXPECT_EQ(e.summary.value, "short");
  EXPECT_EQ(absl::ToUnixSeconds(e.published.time.value_or(absl::InfinitePast())), 1700816400);
}

TEST(ParseFeed, ReadsAtom) {
  const auto feed =
      ParseFeed(R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/d/">
    <title>T</title><author><name>Ann</name></author><entry><id> tag:1 </id>
    <link rel="alternate" href="one"/><title type="html">&lt;i&gt;x&lt;/i&gt;</title>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &amp; b</p></div></content>
    <updated>2020-01-10T14:33:00Z</updated></entry></feed>)",
                {});
  ASSERT_TRUE(feed.ok()) << feed.status();
  ASSERT_EQ(feed->entries.size(), 1U);
  const Entry& e = feed->entries[0];
  EXPECT_EQ(e.id, "tag:1");
  EXPECT_EQ(e.link, "https://b.example/d/one");
  EXPECT_EQ(e.title, "x");
  EXPECT_EQ(e.content.value, "<p>a &amp; b</p>");
  ASSERT_EQ(e.authors.size(), 1U);
  EXPECT_EQ(e.authors[0].name, "Ann");
}

TEST(ParseFeed, GivesCreditsToTheirMedia) {
  const auto feed = ParseFeed(R"(<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><item>
    <media:content url="https://a.example/1.jpg" width="10"><media:credit>Ann</media:credit>
    </media:content><media:content url="https://a.example/2.jpg"/></item></channel></rss>)",
                              {});
  ASSERT_TRUE(feed.ok()) << feed.status();
  ASSERT_EQ(feed->entries[0].media.size(), 2U);
  EXPECT_EQ(feed->entries[0].media[0].credit, "Ann");
  EXPECT_EQ(feed->entries[0].media[0].width, 10);
  EXPECT_EQ(feed->entries[0].media[1].credit, "");
}

TEST(ParseFeed, SaysWhyItRefuses) {
  std::string bomb =
      "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">";
  for (char c = 'b'; c < 'i'; ++c) {
    absl::StrAppend(&bomb, "<!ENTITY ", std::string(1, c), " \"");
    for (int i = 0; i < 16; ++i)
      absl::StrAppend(&bomb, "&", std::string(1, static_cast<char>(c - 1)), ";");
    absl::StrAppend(&bomb, "\">");
  }
  absl::StrAppend(&bomb, "]><rss><channel><title>&h;</title></channel></rss>");
  const struct {
    std::string bytes;
    ParseFailure failure;
  } kCases[] = {
      {"", ParseFailure::EMPTY},
      {" \n", ParseFailure::EMPTY},
      {"<!doctype html><html><body>x</body></html>", ParseFailure::UNKNOWN_FORMAT},
      {"{\"a\": 1}", ParseFailure::UNKNOWN_FORMAT},
      {"hello", ParseFailure::UNKNOWN_FORMAT},
      {bomb, ParseFailure::ENTITY_EXPANSION},
      {std::string(limits::kMaxDocumentBytes + 1, ' '), ParseFailure::TOO_LARGE},
  };
  for (const auto& c : kCases) {
    const auto feed = ParseFeed(c.bytes, {});
    EXPECT_EQ(ParseFailureOf(feed.status()), c.failure) << c.bytes.substr(0, 60) << feed.status();
  }
}

TEST(ParseFeed, KeepsCompleteItemsOfDamagedDocuments) {
  const struct {
    const char* bytes;
    size_t entries;
  } kCases[] = {
      {"junk<rss><channel><item><title>a</title></item></channel></rss>", 1},
      {"<rss><channel><item><title>a & b</title></item></channel></rss>", 1},
      {"<rss><channel><item><title>a&nbsp;b</title></item></channel></rss>", 1},
      {"<rss><channel><item><dc:creator>a</dc:creator></item></channel></rss>", 1},
      {"<rss><channel><item><title>a\x01</title></item></channel></rss>", 1},
      {"<rss><channel><item><title>a</title></item><item><title>b", 1},
      {"<rss><channel><item><title>a</title></item></channel></rss>junk", 1},
  };
  for (const auto& c : kCases) {
    const auto feed = ParseFeed(c.bytes, {});
    ASSERT_TRUE(feed.ok()) << c.bytes << feed.status();
    EXPECT_EQ(feed->entries.size(), c.entries) << c.bytes;
    EXPECT_FALSE(feed->well_formed) << c.bytes;
    EXPECT_NE(feed->first_fault, "") << c.bytes;
  }
}

}  // namespace
}  // namespace dateline::ingestion::parse
