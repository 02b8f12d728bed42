#include "services/ingestion/parse/parser.h"

#include "common/base/limits.h"
#include "gtest/gtest.h"
#include "services/ingestion/decode/test_gzip.h"
#include "services/ingestion/parse/feed_test_util.h"

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
  EXPECT_EQ(feed->feed.format(), v1::FEED_FORMAT_RSS_20);
  EXPECT_TRUE(feed->feed.well_formed()) << feed->feed.fault();
  ASSERT_EQ(feed->feed.entries_size(), 1);
  const v1::FeedEntry& e = feed->feed.entries(0);
  EXPECT_EQ(e.link(), "https://a.example/one");
  EXPECT_EQ(e.id(), "g1");
  EXPECT_FALSE(e.id_is_permalink());
  EXPECT_EQ(e.title(), "A <b> & C");
  EXPECT_EQ(feed->extras[0].content.value, "<p>long</p>");
  EXPECT_EQ(feed->extras[0].content.base_url, "https://a.example/one");
  EXPECT_EQ(feed->extras[0].summary.value, "short");
  EXPECT_EQ(e.publish_time().seconds(), 1700816400);
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
  ASSERT_EQ(feed->feed.entries_size(), 1);
  const v1::FeedEntry& e = feed->feed.entries(0);
  EXPECT_EQ(e.id(), "tag:1");
  EXPECT_EQ(e.link(), "https://b.example/d/one");
  EXPECT_EQ(e.title(), "x");
  EXPECT_EQ(feed->extras[0].content.value, "<p>a &amp; b</p>");
  ASSERT_EQ(e.authors_size(), 1);
  EXPECT_EQ(e.authors(0).name(), "Ann");
}

// Sitemaps are as a rule packed (https://www.sitemaps.org/protocol.html); anything else may be.
TEST(ParseFeed, ReadsWhatIsPacked) {
  const std::string sitemap =
      "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url>"
      "<loc>https://a.example/1</loc></url></urlset>";
  ExpectFeeds({
      {"sitemap", decode::Gzip(sitemap),
       "format=sitemap\n0.link=https://a.example/1\nwell_formed=yes"},
      {"RSS", decode::Gzip(RssItem("<title>a</title>")), "0.title=a\nwell_formed=yes"},
      {"JSON",
       decode::Gzip(R"({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}]})"),
       "format=json11\n0.id=1\nwell_formed=yes"},
      {"cut", decode::Gzip(sitemap).substr(0, decode::Gzip(sitemap).size() - 8),
       "0.link=https://a.example/1\nwell_formed=no\nfault=the gzip file is damaged"},
      {"cut at its beginning", decode::Gzip(sitemap).substr(0, 12),
       "failure=document: a damaged gzip file, no feed"},
      {"empty", decode::Gzip(""), "failure=document: empty"},
      {"twice", decode::Gzip(decode::Gzip(sitemap)), "failure=document: binary data, no feed"},
  });
  const auto bomb = ParseFeed(decode::Gzip(std::string(limits::kMaxDocumentBytes + 1, ' ')), {});
  EXPECT_EQ(ParseFailureOf(bomb.status()), ParseFailure::TOO_LARGE);
}

}  // namespace
}  // namespace dateline::ingestion::parse
