#include "services/ingestion/parse/parser.h"

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

}  // namespace
}  // namespace dateline::ingestion::parse
