// A field whose end tag is missing takes no entry and no other field with it.

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"
#include "services/ingestion/parse/parser.h"

namespace dateline::ingestion::parse {
namespace {

struct Format {
  const char* head;
  const char* entries;
  const char* tail;
};

constexpr Format kRss = {"<rss version=\"2.0\"><channel>",
                         "<item><title>a</title><link>http://e.test/1</link></item>"
                         "<item><title>b</title><link>http://e.test/2</link></item>",
                         "</channel></rss>"};
constexpr Format kRdf = {
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
    "xmlns=\"http://purl.org/rss/1.0/\"><channel rdf:about=\"http://e.test/\">",
    "<item rdf:about=\"http://e.test/1\"><title>a</title></item>"
    "<item rdf:about=\"http://e.test/2\"><title>b</title></item>",
    "</rdf:RDF>"};
constexpr Format kAtom = {"<feed xmlns=\"http://www.w3.org/2005/Atom\">",
                          "<entry><title>a</title><link href=\"http://e.test/1\"/></entry>"
                          "<entry><title>b</title><link href=\"http://e.test/2\"/></entry>",
                          "</feed>"};

// Whether an element stands last in the feed's head, before another of its fields, or behind the
// entries' beginning: all of them are to be kept.
void ExpectBothEntries(const Format& format, const std::string& unclosed) {
  for (const std::string& document :
       {absl::StrCat(format.head, unclosed, format.entries, format.tail),
        absl::StrCat(format.head, "<title>T</title>", unclosed, "\n", format.entries, format.tail),
        absl::StrCat(format.head, unclosed, "<link>http://e.test/</link>", format.entries,
                     format.tail),
        absl::StrCat(format.head, unclosed, "<b>bold<i>", format.entries, format.tail),
        // What is cut as well.
        absl::StrCat(format.head, unclosed, format.entries)}) {
    const auto feed = ParseFeed(document, {});
    ASSERT_TRUE(feed.ok()) << document << feed.status();
    ASSERT_EQ(feed->feed.entries_size(), 2) << document;
    EXPECT_EQ(feed->feed.entries(0).title(), "a") << document;
    EXPECT_EQ(feed->feed.entries(1).title(), "b") << document;
    EXPECT_EQ(feed->feed.entries(1).link(), "http://e.test/2") << document;
    EXPECT_FALSE(feed->feed.well_formed()) << document;
    EXPECT_NE(feed->feed.fault(), "") << document;
  }
}

TEST(Unclosed, FieldsOfAFeedTakeNoEntries) {
  for (const char* name : {"title",
                           "description",
                           "link",
                           "language",
                           "copyright",
                           "managingEditor",
                           "webMaster",
                           "pubDate",
                           "lastBuildDate",
                           "category",
                           "generator",
                           "docs",
                           "ttl",
                           "rating",
                           "dc:rights",
                           "sy:updatePeriod",
                           "itunes:summary",
                           "image><url>u</url><title",
                           "itunes:author",
                           "wp:wxr_version"}) {
    ExpectBothEntries(kRss, absl::StrCat("<", name, ">x"));
  }
  for (const char* name : {"title", "link", "description", "dc:creator", "dc:date", "dc:rights"}) {
    ExpectBothEntries(kRdf, absl::StrCat("<", name, ">x"));
  }
  for (const char* name :
       {"title", "subtitle", "id", "updated", "rights", "generator", "logo", "icon", "tagline",
        "modified", "author><name", "category term=\"t\"", "link rel=\"self\" href=\"/f\""}) {
    ExpectBothEntries(kAtom, absl::StrCat("<", name, ">x"));
  }
}

TEST(Unclosed, FieldsOfAnEntryTakeNoOtherField) {
  ExpectFeeds({
      {"enclosure",
       RssItem("<enclosure url=\"https://a.example/1.mp3\" type=\"audio/mpeg\" length=\"3\">"
               "<title>t</title><guid>g</guid><dc:creator>Ann</dc:creator>"),
       "0.title=t\n0.id=g\n0.authors[0].name=Ann\n0.enclosures=1\n"
       "0.enclosures[0].url=https://a.example/1.mp3\nwell_formed=no\n"
       "fault=unclosed <enclosure> (line 1)"},
      {"thumbnail",
       RssItem("<media:thumbnail url=\"https://a.example/1.jpg\"><title>t</title>"
               "<content:encoded>c</content:encoded>"),
       "0.title=t\n0.content=c\n0.thumbnails=1"},
      {"link of Atom", AtomEntry("<link href=\"https://a.example/1\"><id>i</id><title>t</title>"),
       "0.title=t\n0.id=i\n0.link=https://a.example/1"},
      {"link of Atom in RSS", RssItem("<atom:link href=\"/1\"><title>t</title><guid>g</guid>"),
       "0.title=t\n0.id=g"},
      {"comments' count", RssItem("<slash:comments>3<title>t</title>"),
       "0.title=t\n0.comment_count=3"},
      {"nested categories stay",
       RssChannel("<itunes:category text=\"A\"><itunes:category text=\"B\"/></itunes:category>"
                  "<item><title>a & b</title></item>"),
       "entries=1\ncategories=2"},
      {"Atom's author stays",
       AtomEntry("<author><name>N</name><uri>/u</uri></author><title>a & b</title>"),
       "0.authors[0].name=N\n0.authors[0].uri=https://doc.example/u"},
      {"an entry of a foreign element stays there",
       AtomFeed(
           "<x:list xmlns:x=\"urn:x\"><x:y>1</x:y></x:list><entry><title>a & b</title></entry>"),
       "entries=1"},
      {"sitemap",
       "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>https://a.example/1"
       "<lastmod>2020-01-10</lastmod><url><loc>https://a.example/2</loc></url></urlset>",
       "entries=2\n0.link=https://a.example/1\n0.updated=2020-01-10 "
       "00:00:00\n1.link=https://a.example/2"},
  });
}

}  // namespace
}  // namespace dateline::ingestion::parse
