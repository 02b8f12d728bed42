// The format of a document is told from its content alone, a namespace from its address.

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"

namespace dateline::ingestion::parse {
namespace {

TEST(Formats, AreToldFromTheRoot) {
  ExpectFeeds({
      {"0.90", R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>A</title></channel>
        <item><title>x</title><link>https://a.example/1</link></item></rdf:RDF>)",
       "format=rss090\nversion=0.90\ntitle=A\nentries=1\n0.title=x\n0.link=https://a.example/1"},
      {"0.90 channel.netscape", R"(<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://channel.netscape.com/rdf/simple/0.9/"><channel><title>A</title></channel></r:RDF>)",
       "format=rss090\ntitle=A"},
      {"0.91", R"(<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
        "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>A</title>
        <item><title>x</title></item></channel></rss>)",
       "format=rss091\nversion=0.91\nentries=1\nwell_formed=yes"},
      {"0.92", R"(<rss version="0.92"><channel><item><title>x</title></item></channel></rss>)",
       "format=rss092\nversion=0.92"},
      {"0.93", R"(<rss version="0.93"><channel/></rss>)", "format=rss092\nversion=0.93"},
      {"0.94", R"(<rss version=" 0.94 "><channel/></rss>)", "format=rss092\nversion=0.94"},
      {"1.0", RdfItem("<title>x</title>"), "format=rss10\nversion=1.0\nentries=1\n0.title=x"},
      {"1.0 prefixed", R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns:r="http://purl.org/rss/1.0/"><r:channel><r:title>A</r:title></r:channel>
        <r:item><r:title>x</r:title></r:item></rdf:RDF>)",
       "format=rss10\ntitle=A\n0.title=x"},
      {"1.0 empty", R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/"/>)",
       "format=rss10\nentries=0"},
      {"1.1", R"(<Channel xmlns="http://purl.org/net/rss1.1#" rdf:about="x"
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><title>A</title><items>
        <item><title>x</title></item></items></Channel>)",
       "format=rss10\nentries=1\n0.title=x"},
      {"2.0", R"(<rss version="2.0"><channel><title>A</title></channel></rss>)",
       "format=rss20\nversion=2.0\nentries=0"},
      {"2.0.1", R"(<rss version="2.0.1"><channel/></rss>)", "format=rss20\nversion=2.0.1"},
      {"no version", "<rss><channel><item><title>x</title></item></channel></rss>",
       "format=rss20\nversion=\nentries=1"},
      {"upper case",
       "<RSS VERSION=\"2.0\"><CHANNEL><TITLE>A</TITLE><ITEM><TITLE>x</TITLE>"
       "<PUBDATE>10 Jan 2020</PUBDATE></ITEM></CHANNEL></RSS>",
       "format=rss20\nversion=2.0\ntitle=A\n0.title=x\n0.published=2020-01-10 00:00:00"},
      {"default namespace", R"(<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel>
        <title>A</title><item><title>x</title></item></channel></rss>)",
       "title=A\n0.title=x"},
      {"unknown default namespace", R"(<rss version="2.0" xmlns="urn:my-own"><channel>
        <title>A</title><item><title>x</title></item></channel></rss>)",
       "title=A\n0.title=x"},
      {"namespace on the channel", R"(<rss version="2.0"><channel xmlns="urn:mine"><title>A</title>
        <item><title>x</title></item></channel></rss>)",
       "title=A\n0.title=x"},
      {"entries of Atom in a channel",
       RssChannel("<entry><title>x</title></entry><item><title>y</title></item>"), "entries=2"},
      {"no channel", "<rss><item><title>x</title></item></rss>", "entries=1\n0.title=x"},
      {"bare channel", "<channel><title>A</title><item><title>x</title></item></channel>",
       "format=rss20\ntitle=A\nentries=1"},
      {"items beside the channel",
       "<rss version=\"2.0\"><channel><title>A</title></channel>"
       "<item><title>x</title></item></rss>",
       "title=A\nentries=1"},
      {"Atom 1.0", AtomEntry("<title>x</title>"), "format=atom10\nversion=1.0\nentries=1"},
      {"Atom 0.3", R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>A</title><entry>
        <title>x</title></entry></feed>)",
       "format=atom03\nversion=0.3\n0.title=x"},
      {"Atom 0.3 without namespace", "<feed version=\"0.3\"><entry><title>x</title></entry></feed>",
       "format=atom03\n0.title=x"},
      {"Atom without namespace", "<feed><title>A</title><entry><title>x</title></entry></feed>",
       "format=atom10\n0.title=x"},
      {"Atom prefixed",
       R"(<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>A</a:title><a:entry>
        <a:title>x</a:title></a:entry></a:feed>)",
       "format=atom10\ntitle=A\n0.title=x"},
      {"Atom https",
       R"(<feed xmlns="https://www.w3.org/2005/atom/"><entry><title>x</title></entry></feed>)",
       "format=atom10\n0.title=x"},
      {"Atom entry document", R"(<entry xmlns="http://www.w3.org/2005/Atom"><title>x</title>
        <id>urn:1</id></entry>)",
       "format=atom10\nentries=1\n0.id=urn:1\n0.title=x"},
      {"Atom within HTML", R"(<html xmlns="http://www.w3.org/1999/xhtml"><body>
        <feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title></entry></feed></body></html>)",
       "format=atom10\nentries=1"},
      {"blanks, comment and PI first",
       "\n <!-- c --><?xml-stylesheet href=\"a\"?><rss><channel/></rss>", "format=rss20"},
      {"byte order mark", "\xEF\xBB\xBF<rss version=\"2.0\"><channel/></rss>",
       "format=rss20\nwell_formed=yes"},
      {"sitemap", R"(<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>
        <loc>https://a.example/1</loc><lastmod>2020-01-10</lastmod></url><url><loc>https://a.example/2</loc>
        </url></urlset>)",
       "format=sitemap\nentries=2\n0.link=https://a.example/1\n0.updated=2020-01-10 "
       "00:00:00\n1.link=https://a.example/2"},
      {"news sitemap", R"(<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>https://a.example/1</loc>
        <n:news><n:publication><n:name>The A</n:name><n:language>en</n:language></n:publication>
        <n:publication_date>2020-01-10T10:00:00Z</n:publication_date><n:title>x &amp; y</n:title>
        <n:keywords>one, two</n:keywords></n:news><image:image><image:loc>/i.jpg</image:loc></image:image>
        </url></urlset>)",
       "format=news\n0.title=x & y\n0.published=2020-01-10 "
       "10:00:00\n0.language=en\n0.source.title=The A\n"
       "0.categories=2\n0.categories[1].term=two\n0.media[0].url=https://doc.example/i.jpg"},
  });
}

TEST(Formats, RefuseWhatIsNoFeed) {
  ExpectFeeds({
      {"index", R"(<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>
        <loc>https://a.example/s.xml</loc></sitemap></sitemapindex>)",
       "failure=document: a sitemap index, which has no entries; read the sitemaps it names"},
      {"OPML", "<opml version=\"2.0\"><body/></opml>",
       "failure=document: a list of feeds (OPML), no feed"},
      {"HTML", "<!DOCTYPE html><html><body>x</body></html>",
       "failure=document: an HTML page, no feed"},
      {"XHTML", R"(<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>)",
       "failure=document: an HTML page, no feed"},
      {"SVG", R"(<svg xmlns="http://www.w3.org/2000/svg"/>)",
       "failure=document: XML with the root <svg>, no feed"},
      {"RDF of friends", R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns:f="http://xmlns.com/foaf/0.1/"><f:Person><f:name>A</f:name></f:Person></rdf:RDF>)",
       "failure=document: XML with the root <rdf:rdf>, no feed"},
      {"text", "hello", "failure=document: plain text, no feed"},
      {"JSON", "{\"a\": 1}", "failure=document: JSON that is no feed"},
  });
}

// An entry in an element of another vocabulary is that element's, with all that it holds.
TEST(Formats, KeepEntriesOfForeignElementsApart) {
  ExpectFeeds({
      {"Atom",
       AtomFeed(R"(<z:box xmlns:z="urn:z"><entry><title>no</title><dc:creator>No</dc:creator>
        <link href="/no"/><category term="no"/></entry></z:box><entry><title>a</title></entry>)"),
       "entries=1\n0.title=a\nlink=\ntitle=\nauthors=0\ncategories=0"},
      {"Atom, deeper",
       AtomFeed(R"(<z:box xmlns:z="urn:z"><list><entry><title>no</title></entry></list></z:box>)"),
       "entries=0"},
      {"RSS",
       RssChannel(
           R"(<media:group><item><title>no</title><link>/no</link><dc:date>2020-01-10</dc:date>
        <guid>no</guid></item></media:group><item><title>a</title></item>)"),
       "entries=1\n0.title=a\nupdated=\nlink="},
      {"RSS, by a default namespace",
       RssChannel(R"(<box xmlns="urn:z"><item><title>no</title></item></box><item><title>a</title>
        </item>)"),
       "entries=1\n0.title=a"},
      {"RSS 1.0", R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:z="urn:z"><channel><title>A</title></channel>
        <z:box><item><title>no</title></item></z:box><item><title>a</title></item></rdf:RDF>)",
       "entries=1\n0.title=a"},
      {"in an entry", AtomEntry(R"(<title>a</title><z:box xmlns:z="urn:z"><entry><title>no</title>
        <dc:creator>No</dc:creator></entry></z:box><id>i</id>)"),
       "entries=1\n0.title=a\n0.id=i\n0.authors=0"},
      {"in a source", AtomEntry("<source><entry><title>no</title></entry></source>"),
       "entries=1\n0.title=\n0.source.title="},
      {"sitemap", R"(<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:z="urn:z">
        <z:box><url><loc>/no</loc></url></z:box><url><loc>/1</loc></url></urlset>)",
       "entries=1\n0.link=https://doc.example/1"},
      {"lists of no vocabulary",
       RssChannel("<list><item><title>a</title></item></list><items><item><title>b</title></item>"
                  "</items>"),
       "entries=2\n0.title=a\n1.title=b"},
  });
}

TEST(Formats, ReadAtomWithinRss) {
  const char* const kEntry =
      R"(<a:title type="html">&lt;b&gt;t&lt;/b&gt;</a:title><a:id>urn:1</a:id><a:link href="/1"/>
      <a:summary>s</a:summary><a:content type="html">&lt;i&gt;c&lt;/i&gt;</a:content>
      <a:author><a:name>Ann</a:name><a:email>a@e.test</a:email></a:author>
      <a:contributor><a:name>Bob</a:name></a:contributor><a:category term="k" label="K"/>)";
  const char* const kWant =
      "0.title=t\n0.id=urn:1\n0.link=https://doc.example/1\n0.summary=s\n0.summary.html=no\n"
      "0.content=<i>c</i>\n0.authors[0].name=Ann\n0.authors[0].email=a@e.test\n"
      "0.contributors[0].name=Bob\n0.categories[0].label=K";
  const auto within = [](absl::string_view uri, absl::string_view channel) {
    return absl::StrCat("<rss version=\"2.0\" xmlns:a=\"", uri, "\"><channel>", channel,
                        "</channel></rss>");
  };
  constexpr absl::string_view k10 = "http://www.w3.org/2005/Atom";
  constexpr absl::string_view k03 = "http://purl.org/atom/ns#";
  ExpectFeeds({
      {"1.0", within(k10, absl::StrCat("<item>", kEntry, "</item>")), kWant},
      {"0.3", within(k03, absl::StrCat("<item>", kEntry, "</item>")), kWant},
      {"an entry", within(k10, absl::StrCat("<a:entry>", kEntry, "</a:entry>")), kWant},
      {"dates of 1.0",
       within(k10,
              "<item><a:published>2020-01-10T10:00:00Z</a:published><a:updated>2020-01-11T10:00:00Z"
              "</a:updated><a:rights>r</a:rights></item>"),
       "0.published=2020-01-10 10:00:00\n0.updated=2020-01-11 10:00:00\n0.rights=r"},
      {"dates of 0.3",
       within(
           k03,
           "<item><a:issued>2020-01-10T10:00:00Z</a:issued><a:modified>2020-01-11T10:00:00Z"
           "</a:modified><a:copyright>r</a:copyright></item><item><a:created>2020-01-09T10:00:00Z"
           "</a:created></item>"),
       "0.published=2020-01-10 10:00:00\n0.updated=2020-01-11 10:00:00\n0.rights=r\n"
       "1.published=2020-01-09 10:00:00"},
      {"text of 0.3",
       within(k03, R"(<item><a:title type="text/html" mode="base64">RXhhbXBsZSA8Yj5BdG9tPC9iPg==
              </a:title></item>)"),
       "0.title=Example Atom"},
      {"feed, 1.0",
       within(k10,
              R"(<a:title>A</a:title><a:subtitle type="html">&lt;i&gt;S&lt;/i&gt;</a:subtitle>
              <a:rights>r</a:rights><a:generator uri="/g" version="1">G</a:generator><a:id>urn:f</a:id>
              <a:updated>2020-01-10T10:00:00Z</a:updated><a:author><a:name>Ann</a:name></a:author>
              <a:icon>/i</a:icon><a:logo>/l</a:logo>)"),
       "title=A\nsubtitle=S\nrights=r\ngenerator=G\ngenerator_version=1\nid=urn:f\n"
       "updated=2020-01-10 10:00:00\nauthors[0].name=Ann\nicon=https://doc.example/i"},
      {"feed, 0.3",
       within(
           k03,
           "<a:title>A</a:title><a:tagline mode=\"escaped\" type=\"text/html\">&lt;i&gt;S&lt;/i&gt;"
           "</a:tagline><a:copyright>r</a:copyright><a:modified>2020-01-10T10:00:00Z</a:modified>"
           "<a:generator url=\"/g\">G</a:generator>"),
       "title=A\nsubtitle=S\nrights=r\nupdated=2020-01-10 10:00:00\ngenerator=G\n"
       "generator_uri=https://doc.example/g"},
      {"RSS's own counts more",
       within(k10,
              "<a:title>A</a:title><title>B</title><item><a:title>a</a:title><title>b</title>"
              "</item>"),
       "title=B\n0.title=b"},
      {"source",
       within(k10,
              "<item><a:source><a:title>S</a:title><a:id>urn:s</a:id><a:link href=\"/s\"/>"
              "</a:source></item>"),
       "0.source.title=S\n0.source.id=urn:s\n0.source.link=https://doc.example/s\n0.title="},
  });
}

TEST(Formats, KnowNamespacesByAddress) {
  const auto item = [](const char* declaration, const char* inner) {
    return std::string("<rss version=\"2.0\" ") + declaration + "><channel><item>" + inner +
           "</item></channel></rss>";
  };
  ExpectFeeds({
      {"other prefix",
       item(R"(xmlns:x="http://purl.org/dc/elements/1.1/")", "<x:creator>Ann</x:creator>"),
       "0.authors[0].name=Ann\nwell_formed=yes"},
      {"https",
       item(R"(xmlns:dc="https://purl.org/dc/elements/1.1/")", "<dc:creator>Ann</dc:creator>"),
       "0.authors[0].name=Ann"},
      {"case",
       item(R"(xmlns:m="HTTP://SEARCH.YAHOO.COM/MRSS")",
            R"(<m:thumbnail url="https://a.example/t"/>)"),
       "0.thumbnails[0].url=https://a.example/t"},
      {"no final slash",
       item(R"(xmlns:content="http://purl.org/rss/1.0/modules/content")",
            "<content:encoded>x</content:encoded>"),
       "0.content=x"},
      {"undeclared", item("", "<dc:creator>Ann</dc:creator><content:encoded>x</content:encoded>"),
       "0.authors[0].name=Ann\n0.content=x\nwell_formed=no\nfault=Namespace prefix dc on creator "
       "is not defined"},
      {"usual prefix, wrong address",
       item(R"(xmlns:dc="urn:wrong")", "<dc:creator>Ann</dc:creator>"), "0.authors[0].name=Ann"},
      {"foreign title", item(R"(xmlns:z="urn:z")", "<z:title>no</z:title><title>yes</title>"),
       "0.title=yes"},
      {"foreign default title", item("", "<title>yes</title><title xmlns=\"urn:z\">no</title>"),
       "0.title=yes"},
      {"element in a foreign one",
       item(R"(xmlns:z="urn:z")",
            "<z:box><title>no</title><link>https://no.example/</link></z:box>"),
       "0.title=\n0.link="},
      {"itunes in capitals",
       item(R"(xmlns:i="http://www.iTunes.com/DTDs/Podcast-1.0.dtd")", "<i:author>Ann</i:author>"),
       "0.authors[0].name=Ann"},
      {"podcasts of Google",
       item(R"(xmlns:g="http://www.google.com/schemas/play-podcasts/1.0")",
            "<g:author>Ann</g:author><g:description>d</g:description>"),
       "0.authors[0].name=Ann\n0.summary=d"},
      {"Atom within RSS",
       item(
           R"(xmlns:a="http://www.w3.org/2005/Atom")",
           R"(<a:updated>2020-01-10T10:00:00Z</a:updated><a:author><a:name>Ann</a:name></a:author>)"),
       "0.updated=2020-01-10 10:00:00\n0.authors[0].name=Ann"},
  });
}

}  // namespace
}  // namespace dateline::ingestion::parse
