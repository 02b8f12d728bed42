// What a feed says of itself.

#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"

namespace dateline::ingestion::parse {
namespace {

TEST(FeedLevel, TextsAndLinks) {
  ExpectFeeds({
      {"title", RssChannel("<title>A &amp;amp; B</title>"), "title=A & B"},
      {"image's title is not the feed's",
       RssChannel(
           "<image><title>I</title><url>/i.png</url><link>/home</link></image><title>A</title>"),
       "title=A\nimage=https://doc.example/i.png\nimage_title=I\nimage_link=https://doc.example/"
       "home\nlink="},
      {"text input's title is not the feed's",
       RssChannel("<textInput><title>T</title><link>https://no.example/</link></"
                  "textInput><title>A</title>"),
       "title=A\nlink="},
      {"description", RssChannel("<description>&lt;p&gt;A&lt;/p&gt;</description>"), "subtitle=A"},
      {"description before itunes",
       RssChannel("<itunes:subtitle>B</itunes:subtitle><description>A</description>"),
       "subtitle=A"},
      {"itunes alone", RssChannel("<itunes:summary>B</itunes:summary>"), "subtitle=B"},
      {"Atom subtitle", AtomFeed("<subtitle type=\"html\">&lt;i&gt;A&lt;/i&gt;</subtitle>"),
       "subtitle=A"},
      {"0.3 tagline",
       R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><tagline>A</tagline></feed>)",
       "subtitle=A"},
      {"link", RssChannel("<link>https://a.example/</link>"), "link=https://a.example/"},
      {"link before atom:link",
       RssChannel("<atom:link href=\"https://b.example/\"/><link>https://a.example/</link>"),
       "link=https://a.example/"},
      {"self",
       RssChannel(
           "<atom:link rel=\"self\" href=\"https://a.example/f\"/><link>https://a.example/</link>"),
       "self=https://a.example/f\nlink=https://a.example/"},
      {"hubs",
       AtomFeed(
           R"(<link rel="hub" href="https://h.example/1"/><link rel="hub" href="https://h.example/2"/><link rel="hub" href="https://h.example/1"/>)"),
       "hubs=2\nhubs[1]=https://h.example/2\nlink="},
      {"Atom alternate",
       AtomFeed(R"(<link rel="self" href="/f"/><link rel="alternate" type="text/html" href="/"/>)"),
       "self=https://doc.example/f\nlink=https://doc.example/"},
      {"HTML alternate",
       AtomFeed(
           R"(<link rel="alternate" type="application/rss+xml" href="/r"/><link rel="alternate" type="text/html" href="/h"/>)"),
       "link=https://doc.example/h"},
      {"no alternate", AtomFeed("<link rel=\"self\" href=\"/f\"/><link rel=\"next\" href=\"/2\"/>"),
       "link="},
      {"relative link", RssChannel("<link>/</link>"), "link=https://doc.example/"},
      {"id", AtomFeed("<id>urn:f</id>"), "id=urn:f"},
      {"link of an item is not the feed's", RssItem("<link>https://a.example/1</link>"), "link="},
  });
}

TEST(FeedLevel, PeopleImagesAndPrograms) {
  ExpectFeeds({
      {"managingEditor", RssChannel("<managingEditor>ed@a.example (Ed)</managingEditor>"),
       "authors[0].name=Ed\nauthors[0].email=ed@a.example"},
      {"webMaster alone", RssChannel("<webMaster>web@a.example (Web)</webMaster>"),
       "authors[0].name=Web"},
      {"webMaster beside",
       RssChannel("<webMaster>web@a.example</webMaster><managingEditor>Ed</managingEditor>"),
       "authors=1\nauthors[0].name=Ed"},
      {"owner alone",
       RssChannel("<itunes:owner><itunes:name>O</itunes:name><itunes:email>o@a.example</"
                  "itunes:email></itunes:owner>"),
       "authors[0].name=O\nauthors[0].email=o@a.example"},
      {"owner beside",
       RssChannel("<itunes:author>A</itunes:author><itunes:owner><itunes:name>O</itunes:name></"
                  "itunes:owner>"),
       "authors=1\nauthors[0].name=A"},
      {"creator", RssChannel("<dc:creator>C</dc:creator>"), "authors[0].name=C"},
      {"Atom",
       AtomFeed("<author><name>A</name><email>a@a.example</email><uri>https://a.example/</uri></"
                "author><contributor><name>C</name></contributor>"),
       "authors[0].name=A\nauthors[0].email=a@a.example\nauthors[0].uri=https://a.example/"
       "\ncontributors[0].name=C"},
      {"image", RssChannel("<image><url>https://a.example/i.png</url></image>"),
       "image=https://a.example/i.png"},
      {"itunes image", RssChannel("<itunes:image href=\"https://a.example/i.png\"/>"),
       "image=https://a.example/i.png"},
      {"image before itunes",
       RssChannel("<itunes:image href=\"/2.png\"/><image><url>/1.png</url></image>"),
       "image=https://doc.example/1.png"},
      {"RSS 1.0 image",
       R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>
        <title>A</title><image rdf:resource="https://a.example/r.png"/></channel><image rdf:about="x"><title>I</title>
        <url>https://a.example/i.png</url></image></rdf:RDF>)",
       "title=A\nimage=https://a.example/i.png\nimage_title=I"},
      {"logo and icon", AtomFeed("<logo>/l.png</logo><icon>/i.ico</icon>"),
       "image=https://doc.example/l.png\nicon=https://doc.example/i.ico"},
      {"generator", RssChannel("<generator>WordPress 5</generator>"), "generator=WordPress 5"},
      {"Atom generator", AtomFeed("<generator uri=\"/g\" version=\"1.0\"> Gen </generator>"),
       "generator=Gen\ngenerator_uri=https://doc.example/g\ngenerator_version=1.0"},
      {"generator agent",
       RssChannel("<admin:generatorAgent rdf:resource=\"https://g.example/?v=1\"/>"),
       "generator=https://g.example/?v=1"},
      {"copyright", RssChannel("<copyright>(c) A</copyright>"), "rights=(c) A"},
      {"Atom rights", AtomFeed("<rights type=\"html\">&amp;copy; A</rights>"), "rights=\u00a9 A"},
      {"categories", RssChannel("<category domain=\"d\">A</category><category>B</category>"),
       "categories=2\ncategories[0].scheme=d"},
      {"itunes keywords", RssChannel("<itunes:keywords>a, b</itunes:keywords>"), "categories=2"},
      {"itunes categories",
       RssChannel(
           "<itunes:category text=\"Arts\"><itunes:category text=\"Books\"/></itunes:category>"),
       "categories=2\ncategories[0].term=Arts\ncategories[1].term=Books"},
      {"language", RssChannel("<language>en-us</language>"), "language=en-US"},
      {"dc:language", RssChannel("<dc:language>de</dc:language>"), "language=de"},
      {"language before xml:lang",
       "<rss xml:lang=\"en\"><channel><language>fr</language></channel></rss>", "language=fr"},
  });
}

TEST(FeedLevel, TimesAndHints) {
  ExpectFeeds({
      {"lastBuildDate",
       RssChannel("<pubDate>9 Jan 2020</pubDate><lastBuildDate>10 Jan 2020</lastBuildDate>"),
       "updated=2020-01-10 00:00:00"},
      {"pubDate", RssChannel("<pubDate>9 Jan 2020</pubDate>"), "updated=2020-01-09 00:00:00"},
      {"dc:date", RssChannel("<dc:date>2020-01-10</dc:date>"), "updated=2020-01-10 00:00:00"},
      {"Atom", AtomFeed("<updated>2020-01-10T10:00:00Z</updated>"), "updated=2020-01-10 10:00:00"},
      {"0.3",
       R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><modified>2020-01-10T10:00:00Z</modified></feed>)",
       "updated=2020-01-10 10:00:00"},
      {"unreadable", RssChannel("<lastBuildDate>today</lastBuildDate>"),
       "updated=\nunparsed[0]=today"},
      {"ttl", RssChannel("<ttl> 60 </ttl>"), "ttl=3600"},
      {"ttl of nothing", RssChannel("<ttl>never</ttl>"), "ttl="},
      {"sy",
       RssChannel("<sy:updatePeriod> Hourly "
                  "</sy:updatePeriod><sy:updateFrequency>2</"
                  "sy:updateFrequency><sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>"),
       "period=hourly\nfrequency=2\nupdate_base=2000-01-01 12:00:00"},
      {"skipHours",
       RssChannel("<skipHours><hour>0</hour><hour>23</hour><hour>24</hour><hour>25</hour><hour>x</"
                  "hour></skipHours>"),
       "skip_hours=2\nskip_hours[0]=0\nskip_hours[1]=23"},
      {"skipDays",
       RssChannel("<skipDays><day>Saturday</day><day> sunday "
                  "</day><day>Someday</day><day>Saturday</day></skipDays>"),
       "skip_days=2\nskip_days[1]=Sunday"},
      {"hour elsewhere", RssItem("<hour>3</hour>"), "skip_hours=0"},
  });
}

}  // namespace
}  // namespace dateline::ingestion::parse
