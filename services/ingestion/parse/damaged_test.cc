// What is not well-formed is mended, every complete entry is kept, and the first fault is named.

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"
#include "services/ingestion/parse/parser.h"

namespace dateline::ingestion::parse {
namespace {

TEST(Damaged, CharactersAreMended) {
  ExpectFeeds({
      {"ampersand", RssItem("<title>a & b</title><link>https://a.example/?a=1&b=2</link>"),
       "0.title=a & b\n0.link=https://a.example/?a=1&b=2\nwell_formed=no\nfault=unescaped "
       "ampersand (line 1)"},
      {"entity of HTML", RssItem("<title>a&nbsp;&eacute;</title>"),
       "0.title=a \u00e9\nfault=undefined entity &nbsp; (line 1)"},
      {"unknown entity", RssItem("<title>a &foo; b</title>"), "0.title=a &foo; b\nwell_formed=no"},
      {"declared entity",
       "<!DOCTYPE rss [<!ENTITY me "
       "\"Ann\">]><rss><channel><item><title>&me;</title></item></channel></rss>",
       "0.title=Ann\nwell_formed=yes"},
      {"external entity",
       "<!DOCTYPE rss [<!ENTITY me SYSTEM "
       "\"file:///etc/passwd\">]><rss><channel><item><title>a&me;b</title></item></channel></rss>",
       "0.title=ab"},
      {"control character",
       RssItem("<title>a\x01"
               "b</title>"),
       "0.title=ab\nfault=control character (line 1)"},
      {"NUL first", absl::StrCat(absl::string_view("\0<\0", 3), RssItem("<title>a</title>")),
       "entries=1\nwell_formed=no"},
      {"less-than", RssItem("<title>1 < 2</title>"), "0.title=1 < 2\nfault=unescaped '<' (line 1)"},
      {"text before", absl::StrCat("junk", RssItem("<title>a</title>")),
       "0.title=a\nfault=text before the document (line 1)"},
      {"blank before the declaration",
       absl::StrCat("\n<?xml version=\"1.0\"?>", RssItem("<title>a</title>")),
       "0.title=a\nfault=white space before the XML declaration (line 2)"},
      {"text after", absl::StrCat(RssItem("<title>a</title>"), "junk"),
       "entries=1\nwell_formed=no"},
      {"markup after", absl::StrCat(RssItem("<title>a</title>"), "<script>x()</script>"),
       "entries=1\nwell_formed=no"},
      {"blanks and comments after", absl::StrCat(RssItem("<title>a</title>"), "\n<!-- 12 ms -->\n"),
       "well_formed=yes"},
  });
}

TEST(Damaged, TagsAreMended) {
  ExpectFeeds({
      {"unclosed inline tag",
       RssItem("<description>a <b>b</description><title>t</title><guid>g</guid>"),
       "entries=1\n0.title=t\n0.id=g\n0.summary=a <b>b</b>\nwell_formed=no"},
      {"line breaks", RssItem("<description>a<br>b<hr>c</description><title>t</title>"),
       "0.title=t\n0.summary=a<br>b<hr>c"},
      {"crossed tags", RssItem("<description><b>a<i>b</b>c</i></description><title>t</title>"),
       "0.title=t\n0.summary=<b>a<i>b</i></b>c"},
      {"stray end tags",
       RssChannel("<item><title>a</title></p></p></p></item></p><item><title>b</title></div></"
                  "item><item><title>c</title></item>"),
       "entries=3\n1.title=b\n2.title=c"},
      {"wrong end tag", RssItem("<title>a</titel><link>https://a.example/1</link></title>"),
       "entries=1"},
      {"unclosed title",
       RssChannel(
           "<item><title>a<link>https://a.example/1</link></item><item><title>b</title></item>"),
       "entries=2\n1.title=b"},
      {"unclosed item", RssChannel("<item><title>a</title><item><title>b</title></item>"),
       "entries=2\n0.title=a\n1.title=b"},
      {"unclosed item at the end", RssChannel("<item><title>a</title>"), "entries=1\n0.title=a"},
      {"attribute without quotes",
       RssItem("<enclosure url=https://a.example/1.mp3 length=5 /><title>t</title>"),
       "0.enclosures[0].url=https://a.example/1.mp3\n0.enclosures[0].length=5\n0.title=t"},
      {"attribute without a value", RssItem("<guid isPermaLink>g</guid><title>t</title>"),
       "0.id=g\n0.title=t"},
      {"attribute twice", RssItem(R"(<enclosure url="/1" url="/2"/><title>t</title>)"),
       "0.enclosures[0].url=https://doc.example/1\n0.title=t"},
      {"less-than in an attribute",
       RssItem(R"(<category domain="a<b">c</category><title>t</title>)"),
       "0.categories[0].scheme=a<b\n0.title=t"},
      {"undeclared prefix",
       "<rss><channel><item><foo:bar>x</foo:bar><title>t</title></item></channel></rss>",
       "0.title=t\nwell_formed=no"},
      {"two roots", absl::StrCat(RssItem("<title>a</title>"), RssItem("<title>b</title>")),
       "entries=2\n0.title=a\n1.title=b"},
      {"end tag in capitals", RssItem("<title>a</TITLE><link>https://a.example/1</link>"),
       "entries=1"},
  });
}

// Of an entry that the end of the document cuts, what has ended is kept, if it is enough to know
// the entry again.
TEST(Damaged, WhatIsCompleteOfTheLastEntryIsKept) {
  const std::string head = "<rss><channel><title>A</title><item><title>a</title></item>";
  const std::string item =
      absl::StrCat(head,
                   "<item><title>b</title><link>https://a.example/2</link><guid>g</guid>"
                   "<pubDate>10 Jan 2020</pubDate>");
  const char* want =
      "entries=2\n0.cut=no\n1.cut=yes\n1.title=b\n1.link=https://a.example/2\n1.id=g\n"
      "1.published=2020-01-10 00:00:00\n1.summary=\n1.content=\nwell_formed=no\ntitle=A";
  ExpectFeeds({
      {"in a text", absl::StrCat(item, "<description>x y"), want},
      {"in CDATA", absl::StrCat(item, "<description><![CDATA[x <b>y"), want},
      {"in markup", absl::StrCat(item, "<description>x <b>y</b"), want},
      {"in a tag", absl::StrCat(item, "<enclosure url='h"), want},
      {"in a reference", absl::StrCat(item, "<description>x &am"), want},
      {"in another field", absl::StrCat(item, "<dc:creator>An"), want},
      {"behind a field", item, want},
      {"in an end tag", absl::StrCat(item, "</ite"), want},
      {"in a second text", absl::StrCat(item, "<description>x</description><content:encoded>y"),
       "entries=2\n1.summary=x\n1.content=\n1.cut=yes"},
      {"in a damaged feed", absl::StrCat(head, "<item><title>b & c</title><guid>g</guid><desc"),
       "entries=2\n1.title=b & c\n1.id=g\n1.cut=yes\nfault=unescaped ampersand (line 1)"},
      {"the first", "<rss><channel><item><title>b</title><guid>g</guid><description>x",
       "entries=1\n0.cut=yes"},
      {"nothing to know it by", absl::StrCat(head, "<item><title>b</title><description>x"),
       "entries=1\n0.cut=no"},
      {"a link, and no ids in the feed",
       absl::StrCat(head, "<item><title>b</title><link>/b</link><description>x"),
       "entries=2\n1.cut=yes\n1.link=https://doc.example/b"},
      {"a link where ids may follow",
       "<rss><channel><item><title>a</title><guid>g</guid></item>"
       "<item><title>b</title><link>/b</link><description>x",
       "entries=1\n0.id=g"},
      {"nothing to read", absl::StrCat(head, "<item><guid>g</guid><title>x"), "entries=1"},
      {"nothing", absl::StrCat(head, "<item>"), "entries=1"},
      {"no end of the feed", head, "entries=1\n0.cut=no"},
      {"only the item's end is missing", absl::StrCat(item, "</channel></rss>"),
       "entries=2\n1.cut=no"},
      {"Atom",
       "<feed xmlns=\"http://www.w3.org/2005/Atom\" "
       "xml:lang=\"de\"><entry><title>a</title><id>i</id>"
       "<link href=\"/1\"/><summary>x</summary><content type=\"xhtml\"><div><p>x</p>",
       "entries=1\n0.cut=yes\n0.title=a\n0.id=i\n0.link=https://doc.example/1\n0.summary=x\n"
       "0.content=\n0.language=de"},
      {"RSS 1.0",
       "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
       "xmlns=\"http://purl.org/rss/1.0/\"><item rdf:about=\"https://a.example/1\">"
       "<title>a</title><description>x",
       "entries=1\n0.cut=yes\n0.link=https://a.example/1"},
      {"sitemap",
       "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url>"
       "<loc>https://a.example/1</loc><lastmod>2020-01",
       "entries=1\n0.cut=yes\n0.link=https://a.example/1\n0.updated="},
      {"export of WordPress",
       "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel>"
       "<wp:wxr_version>1.2</wp:wxr_version><item><title>a</title><guid>g</guid>"
       "<wp:post_type>post</wp:post_type><wp:status>publish</wp:status><content:encoded>x",
       "entries=1\n0.cut=yes\n0.status=publish"},
  });
}

TEST(Damaged, WhatIsCompleteIsKept) {
  const std::string head = "<rss><channel><title>A</title><item><title>a</title></item>";
  ExpectFeeds({
      {"no end", head, "entries=1\ntitle=A\nwell_formed=no"},
      {"in a text", absl::StrCat(head, "<item><title>b"), "entries=1"},
      {"in a tag", absl::StrCat(head, "<item><title>b</title><lin"), "entries=1"},
      {"in an end tag", absl::StrCat(head, "<item><title>b</title></ite"), "entries=1"},
      {"in CDATA", absl::StrCat(head, "<item><title>b</title><description><![CDATA[x"),
       "entries=1"},
      {"in a comment", absl::StrCat(head, "<item><title>b</title><!-- x"), "entries=1"},
      {"in a reference", absl::StrCat(head, "<item><title>b &am"), "entries=1"},
      {"in an attribute", absl::StrCat(head, "<item><enclosure url=\"x"), "entries=1"},
      {"Atom",
       "<feed "
       "xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>a</title></entry><entry><title>b</"
       "title>",
       "entries=1\n0.title=a"},
      {"damaged and cut off", absl::StrCat(head, "<item><title>b<b></title></item><item><title>c"),
       "entries=2\n1.title=b"},
      {"empty entry", "<rss><channel><item/></channel></rss>", "entries=1\nwell_formed=yes"},
  });
}

std::string Bomb() {
  std::string bomb =
      "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">";
  for (char c = 'b'; c < 'i'; ++c) {
    absl::StrAppend(&bomb, "<!ENTITY ", std::string(1, c), " \"");
    for (int i = 0; i < 16; ++i)
      absl::StrAppend(&bomb, "&", std::string(1, static_cast<char>(c - 1)), ";");
    absl::StrAppend(&bomb, "\">");
  }
  return absl::StrCat(bomb, "]><rss><channel><title>&h;</title></channel></rss>");
}

TEST(Bounds, RefusalsCarryTheirReason) {
  const struct {
    std::string bytes;
    ParseFailure failure;
  } kCases[] = {
      {"", ParseFailure::EMPTY},
      {" \n", ParseFailure::EMPTY},
      {"<!doctype html><html><body>x</body></html>", ParseFailure::UNKNOWN_FORMAT},
      {"{\"a\": 1}", ParseFailure::UNKNOWN_FORMAT},
      {"hello", ParseFailure::UNKNOWN_FORMAT},
      {Bomb(), ParseFailure::ENTITY_EXPANSION},
      {std::string(limits::kMaxDocumentBytes + 1, ' '), ParseFailure::TOO_LARGE},
  };
  for (const auto& c : kCases) {
    const auto feed = ParseFeed(c.bytes, {});
    EXPECT_EQ(ParseFailureOf(feed.status()), c.failure) << c.bytes.substr(0, 60) << feed.status();
  }
}

TEST(Bounds, TooManyEntriesAreRefused) {
  std::string xml = "<rss><channel>";
  for (int i = 0; i <= limits::kMaxDocumentEntries; ++i) absl::StrAppend(&xml, "<item/>");
  EXPECT_EQ(ParseFailureOf(ParseFeed(xml, {}).status()), ParseFailure::TOO_MANY_ENTRIES);
  std::string json = "{\"items\": [{}";
  for (int i = 0; i < limits::kMaxDocumentEntries; ++i) absl::StrAppend(&json, ",{}");
  EXPECT_EQ(ParseFailureOf(ParseFeed(json + "]}", {}).status()), ParseFailure::TOO_MANY_ENTRIES);
}

TEST(Bounds, DeepNestingCostsTagsOnly) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) absl::StrAppend(&deep, "<div>");
  absl::StrAppend(&deep, "x");
  for (int i = 0; i < 100'000; ++i) absl::StrAppend(&deep, "</div>");
  const auto feed =
      ParseFeed(RssItem(absl::StrCat("<title>t</title><description>", deep, "</description>")), {});
  ASSERT_TRUE(feed.ok()) << feed.status();
  ASSERT_EQ(feed->feed.entries_size(), 1);
  EXPECT_EQ(feed->feed.entries(0).title(), "t");
  EXPECT_LT(feed->extras[0].summary.value.size(), 10'000U);
}

TEST(Bounds, AttributesBeyondNumberAreDropped) {
  std::string many;
  for (int i = 0; i < 100'000; ++i) absl::StrAppend(&many, " a", i, "=\"x\"");
  const auto feed = ParseFeed(
      RssItem(absl::StrCat("<enclosure url=\"https://a.example/1\"", many, "/><title>t</title>")),
      {});
  ASSERT_TRUE(feed.ok()) << feed.status();
  EXPECT_EQ(feed->feed.entries(0).title(), "t");
  EXPECT_EQ(feed->feed.entries(0).enclosures_size(), 1);
}

TEST(Bounds, LongTextsAreRead) {
  const std::string text(size_t{12} << 20, 'x');
  for (const std::string& xml :
       {absl::StrCat("<description>", text, "</description>"),
        absl::StrCat("<description><![CDATA[", text, "]]></description>")}) {
    const auto feed = ParseFeed(RssItem(xml), {});
    ASSERT_TRUE(feed.ok()) << feed.status();
    EXPECT_TRUE(feed->feed.well_formed()) << feed->feed.fault();
    EXPECT_EQ(feed->extras[0].summary.value.size(), text.size());
  }
}

TEST(Bounds, HostileTitlesTakeNoLonger) {
  for (const char* part : {"&lt;b&gt;", "&lt;a", "&lt;!--", "&lt;script&gt;", "&lt;/b&gt;"}) {
    std::string title;
    while (title.size() < (size_t{1} << 20)) absl::StrAppend(&title, part);
    EXPECT_TRUE(ParseFeed(RssItem(absl::StrCat("<title>", title, "</title>")), {}).ok());
  }
}

}  // namespace
}  // namespace dateline::ingestion::parse
