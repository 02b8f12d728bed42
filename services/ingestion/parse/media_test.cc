// Enclosures, Media RSS, images and places.

#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"

namespace dateline::ingestion::parse {
namespace {

TEST(Enclosures, AreAttachedFiles) {
  ExpectFeeds({
      {"RSS",
       RssItem(R"(<enclosure url="https://a.example/1.mp3" type="audio/mpeg" length="123"/>)"),
       "0.enclosures=1\n0.enclosures[0].url=https://a.example/1.mp3\n0.enclosures[0].type=audio/"
       "mpeg\n0.enclosures[0].length=123"},
      {"no length", RssItem(R"(<enclosure url="/1.mp3"/>)"),
       "0.enclosures[0].url=https://doc.example/1.mp3\n0.enclosures[0].length="},
      {"length in words", RssItem(R"(<enclosure url="/1.mp3" length="12 MB"/>)"),
       "0.enclosures[0].length="},
      {"negative length", RssItem(R"(<enclosure url="/1.mp3" length="-1"/>)"),
       "0.enclosures[0].length="},
      {"no address",
       RssItem(R"(<enclosure url="" type="audio/mpeg"/><enclosure type="audio/mpeg"/>)"),
       "0.enclosures=0"},
      {"several", RssItem(R"(<enclosure url="/1"/><enclosure url="/2"/>)"), "0.enclosures=2"},
      {"duplicates", RssItem(R"(<enclosure url="/1"/><enclosure url="/1"/>)"), "0.enclosures=1"},
      {"image", RssItem(R"(<enclosure url="/1.png" type="image/png"/>)"),
       "0.enclosures[0].type=image/png"},
      {"Atom", AtomEntry(R"(<link rel="enclosure" href="/1.mp3" type="audio/mpeg" length="9"/>)"),
       "0.enclosures[0].url=https://doc.example/"
       "1.mp3\n0.enclosures[0].length=9\n0.links[0].rel=enclosure\n0.link="},
      {"duration after",
       RssItem(R"(<enclosure url="/1"/><itunes:duration>1:02:03</itunes:duration>)"),
       "0.enclosures[0].duration=3723"},
      {"duration before", RssItem(R"(<itunes:duration>62</itunes:duration><enclosure url="/1"/>)"),
       "0.enclosures[0].duration=62"},
      {"duration of minutes",
       RssItem(R"(<itunes:duration>02:03</itunes:duration><enclosure url="/1"/>)"),
       "0.enclosures[0].duration=123"},
      {"duration unreadable",
       RssItem(R"(<itunes:duration>an hour</itunes:duration><enclosure url="/1"/>)"),
       "0.enclosures[0].duration="},
      {"origEnclosureLink",
       RssItem(
           R"(<enclosure url="https://f.example/1"/><feedburner:origEnclosureLink>https://a.example/1.mp3</feedburner:origEnclosureLink>)"),
       "0.enclosures=1\n0.enclosures[0].url=https://a.example/1.mp3"},
      {"blanks", RssItem("<enclosure url=\" https://a.example/1.mp3 \"/>"),
       "0.enclosures[0].url=https://a.example/1.mp3"},
  });
}

TEST(MediaRss, HasContentsThumbnailsAndTheirTexts) {
  ExpectFeeds({
      {"content",
       RssItem(
           R"(<media:content url="/1.jpg" type="image/jpeg" width="640" height="480" fileSize="99"/>)"),
       "0.media[0].url=https://doc.example/"
       "1.jpg\n0.media[0].medium=image\n0.media[0].width=640\n0.media[0].height=480\n0.media[0]."
       "length=99"},
      {"medium", RssItem(R"(<media:content url="/1" medium="Video" duration="62"/>)"),
       "0.media[0].medium=video\n0.media[0].duration=62"},
      {"no medium", RssItem(R"(<media:content url="/1" type="application/pdf"/>)"),
       "0.media[0].medium="},
      {"ending of the address", RssItem(R"(<media:content url="/p.jpg?width=460" width="460"/>
        <media:content url="/q.WEBP#x"/><media:content url="/v.mp4" type="application/octet-stream"/>
        <media:content url="/p.jpg" type="application/pdf"/><media:content url="/a.jpg/b"/>
        <media:content url="/c.jpg" medium="document"/>)"),
       "0.media[0].medium=image\n0.media[0].width=460\n0.media[1].medium=image\n"
       "0.media[2].medium=video\n0.media[3].medium=\n0.media[4].medium=\n"
       "0.media[5].medium=document"},
      {"size in pixels", RssItem(R"(<media:content url="/1" width="640px" height="auto"/>)"),
       "0.media[0].width=640\n0.media[0].height=0"},
      {"no address", RssItem("<media:content width=\"1\"/>"), "0.media=0"},
      {"texts within",
       RssItem(
           R"(<media:content url="/1"><media:credit role="x">Ann</media:credit><media:copyright>C</media:copyright>
        <media:title>T</media:title></media:content><media:content url="/2"/>)"),
       "0.media[0].credit=Ann\n0.media[0].rights=C\n0.media[0].title=T\n0.media[1].credit="},
      {"texts of the entry",
       RssItem(R"(<media:credit>Ann</media:credit><media:content url="/1"/><media:content url="/2">
        <media:credit>Bob</media:credit></media:content>)"),
       "0.media[0].credit=Ann\n0.media[1].credit=Bob\n0.credit=Ann"},
      {"texts of the entry, later",
       RssItem(R"(<media:content url="/1"/><media:credit>Ann</media:credit>)"),
       "0.media[0].credit=Ann"},
      {"group",
       RssItem(
           R"(<media:content url="/0"/><media:group><media:content url="/1"/><media:content url="/2"/><media:credit>Ann</media:credit>
        <media:thumbnail url="/t.jpg"/></media:group>)"),
       "0.media=3\n0.media[0].credit=\n0.media[1].credit=Ann\n0.media[2].credit=Ann\n0.thumbnails["
       "0].url=https://doc.example/t.jpg"},
      {"description as title",
       RssItem(
           R"(<media:content url="/1"><media:description>A &amp;amp; B</media:description></media:content>)"),
       "0.media[0].title=A & B\n0.summary=A &amp; B\n0.summary.html=yes"},
      {"description without a type is plain",
       RssItem("<media:group><media:description>a &lt; b\nc</media:description></media:group>"),
       "0.summary.html=no"},
      {"description of HTML without a type",
       RssItem("<media:description>&lt;p&gt;a&lt;/p&gt;</media:description>"),
       "0.summary=<p>a</p>\n0.summary.html=yes"},
      {"description of the one, the group and the entry",
       RssItem(R"(<media:content url="/1"><media:description>a</media:description></media:content>
        <media:group><media:content url="/2"><media:description>b</media:description></media:content>
        <media:description>c</media:description></media:group>)"),
       "0.summary=c"},
      {"any other text comes first",
       RssItem(R"(<media:description>a</media:description><itunes:subtitle>s</itunes:subtitle>)"),
       "0.summary=s"},
      {"thumbnail", RssItem(R"(<media:thumbnail url="/t.jpg" width="10" height="20"/>)"),
       "0.thumbnails[0].url=https://doc.example/"
       "t.jpg\n0.thumbnails[0].width=10\n0.thumbnails[0].medium=image\n0.media=0"},
      {"thumbnail within content",
       RssItem(R"(<media:content url="/1"><media:thumbnail url="/t"/></media:content>)"),
       "0.media=1\n0.thumbnails=1"},
      {"address as text", RssItem("<media:thumbnail>https://a.example/t</media:thumbnail>"),
       "0.thumbnails[0].url=https://a.example/t"},
      {"itunes:image", RssItem(R"(<itunes:image href="/i.png"/>)"),
       "0.thumbnails[0].url=https://doc.example/i.png"},
      {"itunes:link", RssItem(R"(<itunes:link rel="image" href="/i.png"/>)"),
       "0.thumbnails[0].url=https://doc.example/i.png"},
      {"typed title",
       RssItem(
           R"(<title>x</title><media:content url="/1"><media:title type="html">&lt;b&gt;T&lt;/b&gt;</media:title></media:content>)"),
       "0.media[0].title=T\n0.title=x"},
      {"video page",
       AtomEntry(
           R"(<title>T</title><media:group><media:title>T</media:title><media:content url="/v" type="application/x-shockwave-flash"/>
        <media:thumbnail url="/t"/><media:description>D</media:description></media:group>)"),
       "0.title=T\n0.summary=D\n0.media=1\n0.thumbnails=1"},
      {"same twice", RssItem(R"(<media:content url="/1"/><media:content url="/1"/>)"), "0.media=1"},
  });
}

TEST(Places, AreWgs84Points) {
  ExpectFeeds({
      {"simple", RssItem("<georss:point>45.256 -71.92</georss:point>"),
       "0.latitude=45.256\n0.longitude=-71.92"},
      {"comma", RssItem("<georss:point>45.256, -71.92</georss:point>"),
       "0.latitude=45.256\n0.longitude=-71.92"},
      {"GML",
       RssItem(
           "<georss:where><gml:Point><gml:pos>45.256 -71.92</gml:pos></gml:Point></georss:where>"),
       "0.latitude=45.256\n0.longitude=-71.92"},
      {"GML coordinates",
       RssItem("<gml:Point><gml:coordinates>-71.92,45.256</gml:coordinates></gml:Point>"),
       "0.latitude=45.256\n0.longitude=-71.92"},
      {"geo", RssItem("<geo:lat>45.256</geo:lat><geo:long>-71.92</geo:long>"),
       "0.latitude=45.256\n0.longitude=-71.92"},
      {"geo point",
       RssItem("<geo:Point><geo:long>-71.92</geo:long><geo:lat>45.256</geo:lat></geo:Point>"),
       "0.latitude=45.256\n0.longitude=-71.92"},
      {"half", RssItem("<geo:lat>45.256</geo:lat>"), "0.latitude="},
      {"out of range", RssItem("<georss:point>95 0</georss:point>"), "0.latitude="},
      {"no numbers", RssItem("<georss:point>here there</georss:point>"), "0.latitude="},
      {"a line is no point", RssItem("<georss:line>45 -110 46 -109</georss:line>"), "0.latitude="},
      {"a polygon is no point",
       RssItem(
           "<gml:Polygon><gml:exterior><gml:pos>45 -110</gml:pos></gml:exterior></gml:Polygon>"),
       "0.latitude="},
      {"not a number", RssItem("<georss:point>nan nan</georss:point>"), "0.latitude="},
  });
}

}  // namespace
}  // namespace dateline::ingestion::parse
