// The format of a document is told from its content alone, a namespace from its address.

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
