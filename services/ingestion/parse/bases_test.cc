// What relative links within the texts of entries are based on, in all formats alike: xml:base,
// then the entry's link, then the feed's, then the document's address.

#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"

namespace dateline::ingestion::parse {
namespace {

TEST(Bases, AreTheEntrysLinkBeforeTheFeeds) {
  ExpectFeeds({
      {"RSS",
       RssChannel("<link>https://a.example/</link><item><link>/x/1</link><description>a"
                  "</description><content:encoded>b</content:encoded></item>"),
       "0.summary.base=https://a.example/x/1\n0.content.base=https://a.example/x/1"},
      {"RSS, by the guid",
       RssItem("<guid>https://a.example/x/1</guid><description>a</description>"),
       "0.summary.base=https://a.example/x/1"},
      {"RSS, the link after the text",
       RssItem("<description>a</description><link>https://a.example/x/1</link>"),
       "0.summary.base=https://a.example/x/1"},
      {"RSS 1.0", RdfItem("<description>a</description><link>https://a.example/x/2</link>"),
       "0.summary.base=https://a.example/x/2"},
      {"RSS 1.0, by rdf:about", RdfItem("<description>a</description>"),
       "0.summary.base=https://a.example/1"},
      {"Atom",
       AtomFeed(
           "<link href=\"https://a.example/x/\"/><entry><link href=\"/1\"/><summary>s</summary>"
           "<content type=\"html\">c</content></entry>"),
       "0.summary.base=https://a.example/1\n0.content.base=https://a.example/1"},
      {"Atom, XHTML",
       AtomFeed("<link href=\"https://a.example/x/\"/><entry><content type=\"xhtml\"><div><a "
                "href=\"b\">c</a></div></content><link href=\"y/1\"/></entry>"),
       "0.content=<a href=\"b\">c</a>\n0.content.base=https://a.example/x/y/1"},
      {"Atom 0.3", R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>
        <content type="text/html" mode="escaped">c</content><link href="https://a.example/1"/>
        </entry></feed>)",
       "0.content.base=https://a.example/1"},
      {"Atom within RSS",
       RssItem("<atom:link href=\"https://a.example/1\"/><atom:content>c</atom:content>"),
       "0.content.base=https://a.example/1"},
      {"WordPress's export", R"(<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"
        xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><link>https://a.example</link>
        <item><content:encoded>c</content:encoded><link>https://a.example/1/</link>
        <wp:post_type>post</wp:post_type></item></channel></rss>)",
       "0.content.base=https://a.example/1/"},
      {"WordPress's answers",
       R"([{"link": "https://a.example/1", "title": {"rendered": "t"}, "content": {"rendered": "c"}}])",
       "0.content.base=https://a.example/1"},
      {"JSON Feed",
       R"({"home_page_url": "https://a.example/", "items": [{"url": "/x/1", "content_html": "a"}]})",
       "0.content.base=https://a.example/x/1"},
      {"JSON Feed, by the id", R"({"items": [{"id": "https://a.example/1", "content_html": "a"}]})",
       "0.content.base=https://a.example/1"},
  });
}

TEST(Bases, AreTheFeedsLinkOrTheDocumentWithoutOne) {
  ExpectFeeds({
      {"RSS",
       RssChannel("<link>https://a.example/b/</link><item><description>a</description></item>"),
       "0.summary.base=https://a.example/b/"},
      {"RSS, the link after the items",
       RssChannel("<item><description>a</description></item><link>https://a.example/b/</link>"),
       "0.summary.base=https://a.example/b/"},
      {"Atom", AtomFeed("<link href=\"https://a.example/b/\"/><entry><summary>a</summary></entry>"),
       "0.summary.base=https://a.example/b/"},
      {"JSON Feed",
       R"({"home_page_url": "https://a.example/b/", "items": [{"id": "1", "content_html": "a"}]})",
       "0.content.base=https://a.example/b/"},
      {"RSS, neither", RssItem("<description>a</description>"),
       "0.summary.base=https://doc.example/feed.xml"},
      {"Atom, neither", AtomEntry("<summary>a</summary>"),
       "0.summary.base=https://doc.example/feed.xml"},
      {"JSON Feed, neither", R"({"items": [{"id": "1", "content_html": "a"}]})",
       "0.content.base=https://doc.example/feed.xml"},
  });
}

TEST(Bases, AreXmlBaseBeforeAllOthers) {
  ExpectFeeds({
      {"RSS",
       RssItem("<link>https://a.example/1</link><description xml:base=\"https://b.example/d/\">a"
               "</description>"),
       "0.summary.base=https://b.example/d/"},
      {"Atom",
       AtomEntry("<link href=\"https://a.example/1\"/><content xml:base=\"https://b.example/d/\">a"
                 "</content><summary>s</summary>"),
       "0.content.base=https://b.example/d/\n0.summary.base=https://a.example/1"},
      {"of the feed",
       R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/d/"><entry>
        <link href="1"/><content>a</content></entry></feed>)",
       "0.link=https://b.example/d/1\n0.content.base=https://b.example/d/"},
  });
}

}  // namespace
}  // namespace dateline::ingestion::parse
