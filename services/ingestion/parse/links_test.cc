// Addresses, identity, comments and sources of entries.

#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"

namespace dateline::ingestion::parse {
namespace {

TEST(Links, AreResolvedInOrder) {
  ExpectFeeds({
      {"absolute", RssItem("<link>https://a.example/1</link>"),
       "0.link=https://a.example/1\n0.links[0].rel=alternate"},
      {"feed's link", RssChannel("<link>https://a.example/b/</link><item><link>1</link></item>"),
       "0.link=https://a.example/b/1"},
      {"document", RssItem("<link>1</link>"), "0.link=https://doc.example/1"},
      {"xml:base before the feed's link",
       R"(<rss xml:base="https://x.example/y/"><channel><link>https://a.example/</link>
        <item><link>1</link></item></channel></rss>)",
       "0.link=https://x.example/y/1"},
      {"xml:base chain",
       R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.example/a/"><entry xml:base="b/">
        <link href="c" xml:base="d/"/></entry></feed>)",
       "0.link=https://x.example/a/b/d/c"},
      {"relative xml:base",
       R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/z/"><entry><link href="1"/></entry></feed>)",
       "0.link=https://doc.example/z/1"},
      {"base without a scheme", RssItem("<link>//a.example/1</link>"),
       "0.link=https://a.example/1"},
      {"blanks", RssItem("<link>\n  https://a.example/1\n </link>"), "0.link=https://a.example/1"},
      {"ampersand", RssItem("<link>https://a.example/?a=1&amp;b=2</link>"),
       "0.link=https://a.example/?a=1&b=2"},
      {"double-escaped ampersand", RssItem("<link>https://a.example/?a=1&amp;amp;b=2</link>"),
       "0.link=https://a.example/?a=1&b=2"},
      {"ampersand in an attribute", AtomEntry("<link href=\"https://a.example/?a=1&amp;b=2\"/>"),
       "0.link=https://a.example/?a=1&b=2"},
      {"CDATA", RssItem("<link><![CDATA[https://a.example/?a=1&b=2]]></link>"),
       "0.link=https://a.example/?a=1&b=2"},
      {"no web address", RssItem("<link>mailto:ann@a.example</link>"), "0.link=\n0.links=0"},
      {"script", RssItem("<link>javascript:alert(1)</link>"), "0.link="},
      {"international", RssItem("<link>https://m\u00fcller.example/\u00e4</link>"),
       "0.link=https://xn--mller-kva.example/%C3%A4"},
  });
}

TEST(Links, AreChosenByRelationAndType) {
  ExpectFeeds({
      {"no relation", AtomEntry("<link href=\"https://a.example/1\"/>"),
       "0.link=https://a.example/1\n0.links[0].rel=alternate"},
      {"HTML first",
       AtomEntry(R"(<link rel="alternate" type="application/json" href="https://a.example/j"/>
        <link rel="alternate" type="text/html" href="https://a.example/h"/>)"),
       "0.link=https://a.example/h\n0.links=2"},
      {"HTML before no type",
       AtomEntry(
           R"(<link href="https://a.example/1"/><link type="text/html" href="https://a.example/h"/>)"),
       "0.link=https://a.example/h"},
      {"first of equals",
       AtomEntry(R"(<link href="https://a.example/1"/><link href="https://a.example/2"/>)"),
       "0.link=https://a.example/1"},
      {"other types only",
       AtomEntry(R"(<link rel="alternate" type="application/pdf" href="https://a.example/p"/>)"),
       "0.link=https://a.example/p"},
      {"self is none", AtomEntry(R"(<link rel="self" href="https://a.example/s"/>)"),
       "0.link=\n0.links[0].rel=self"},
      {"edit before alternate",
       AtomEntry(
           R"(<link rel="edit" href="https://a.example/e"/><link rel="alternate" href="https://a.example/1"/>)"),
       "0.link=https://a.example/1\n0.links[0].rel=edit"},
      {"capitals", AtomEntry(R"(<link rel="Alternate" href="https://a.example/1"/>)"),
       "0.link=https://a.example/1"},
      {"all attributes",
       AtomEntry(
           R"(<link rel="related" type="text/html" hreflang="de" title=" A  b " length="12" href="/r"/>)"),
       "0.links[0].rel=related\n0.links[0].type=text/"
       "html\n0.links[0].hreflang=de\n0.links[0].title=A b\n0.links[0].length=12"},
      {"without href", AtomEntry("<link rel=\"alternate\"/><link href=\"/1\"/>"),
       "0.link=https://doc.example/1\n0.links=1"},
      {"text in Atom", AtomEntry("<link>https://a.example/1</link>"), "0.link=https://a.example/1"},
      {"href in RSS", RssItem("<link href=\"https://a.example/1\"/>"),
       "0.link=https://a.example/1"},
      {"RSS before atom:link",
       RssItem("<atom:link rel=\"alternate\" "
               "href=\"https://b.example/\"/><link>https://a.example/1</link>"),
       "0.link=https://a.example/1"},
      {"atom:link alone", RssItem("<atom:link href=\"https://b.example/\"/>"),
       "0.link=https://b.example/"},
      {"empty, then guid", RssItem("<link/><guid>https://a.example/1</guid>"),
       "0.link=https://a.example/1"},
      {"origLink",
       RssItem("<link>https://feeds.example/1</link><feedburner:origLink>https://a.example/1</"
               "feedburner:origLink>"),
       "0.link=https://a.example/1\n0.links[0].href=https://feeds.example/1"},
      {"origLink in Atom",
       AtomEntry("<feedburner:origLink>https://a.example/1</feedburner:origLink><link "
                 "href=\"https://f.example/1\"/>"),
       "0.link=https://a.example/1"},
      {"rdf:about", RdfItem("<title>x</title>"),
       "0.link=https://a.example/1\n0.id=https://a.example/1"},
      {"link before rdf:about", RdfItem("<link>https://a.example/2</link>"),
       "0.link=https://a.example/2"},
      {"same twice", AtomEntry(R"(<link href="/1"/><link href="/1"/>)"), "0.links=1"},
  });
}

TEST(Links, MayNameTheirRelationByAddress) {
  ExpectFeeds({
      {"entry",
       AtomEntry(
           R"(<link rel="http://www.iana.org/assignments/relation/self" href="/s"/>
           <link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/>
           <link rel=" HTTPS://www.iana.org/assignments/relation/Enclosure " href="/2.mp3"/>
           <link rel="http://www.iana.org/assignments/relation/replies" href="/c"/>)"),
       "0.link=https://doc.example/1\n0.links[0].rel=self\n0.links[1].rel=alternate\n"
       "0.enclosures[0].url=https://doc.example/2.mp3\n0.comments_feed=https://doc.example/c"},
      {"other addresses",
       AtomEntry(R"(<link rel="http://schemas.google.com/g/2005#feed" href="/1"/>)"),
       "0.link=\n0.links[0].rel=http://schemas.google.com/g/2005#feed"},
      {"RSS",
       RssItem(
           R"(<atom:link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/>)"),
       "0.link=https://doc.example/1"},
      {"feed", AtomFeed(R"(<link rel="http://www.iana.org/assignments/relation/self" href="/s"/>
           <link rel="http://www.iana.org/assignments/relation/hub" href="/h"/>
           <link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/>)"),
       "link=https://doc.example/1\nself=https://doc.example/s\nhubs[0]=https://doc.example/h"},
      {"channel",
       RssChannel(R"(<atom:link rel="http://www.iana.org/assignments/relation/self" href="/s"/>)"),
       "self=https://doc.example/s\nlink="},
      {"source", AtomEntry(R"(<source><link rel="self" href="/s"/>
           <link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/></source>)"),
       "0.source.link=https://doc.example/1"},
  });
}

TEST(Links, OfNoAddressLeadToTheirBase) {
  ExpectFeeds({
      {"entry", AtomEntry(R"(<link href="" xml:base="https://x.example/1"/>)"),
       "0.link=https://x.example/1"},
      {"base of the entry",
       AtomFeed(
           R"(<entry xml:base="https://x.example/1"><link rel="alternate" href=" "/></entry>)"),
       "0.link=https://x.example/1"},
      {"feed",
       R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.example/">
        <link href=""/><link rel="self" href=""/></feed>)",
       "link=https://x.example/\nself=https://x.example/"},
      {"RSS",
       R"(<rss xmlns:atom="http://www.w3.org/2005/Atom" xml:base="https://x.example/"><channel>
        <atom:link href=""/><item xml:base="1"><atom:link href=""/></item></channel></rss>)",
       "link=https://x.example/\n0.link=https://x.example/1"},
      {"source", AtomEntry(R"(<source xml:base="https://x.example/s"><link href=""/></source>)"),
       "0.source.link=https://x.example/s"},
      {"base of the feed is no entry's address",
       R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.example/feed">
        <entry><link href=""/></entry></feed>)",
       "0.link=\n0.links=0"},
      {"no base", AtomEntry(R"(<link href=""/>)"), "0.link=\n0.links=0"},
      {"no address",
       AtomFeed(R"(<entry xml:base="https://x.example/1"><link rel="alternate"/></entry>)"),
       "0.link="},
  });
}

TEST(Identity, IsVerbatim) {
  ExpectFeeds({
      {"guid", RssItem("<guid> abc </guid>"), "0.id=abc\n0.permalink=no\n0.link="},
      {"guid is a link", RssItem("<guid>https://a.example/1</guid>"),
       "0.permalink=yes\n0.link=https://a.example/1"},
      {"guid said to be one", RssItem("<guid isPermaLink=\"true\">https://a.example/1</guid>"),
       "0.permalink=yes"},
      {"guid said to be none", RssItem("<guid isPermaLink=\"false\">https://a.example/1</guid>"),
       "0.permalink=no\n0.id=https://a.example/1\n0.link="},
      {"capitals", RssItem("<guid isPermaLink=\"FALSE\">https://a.example/1</guid>"),
       "0.permalink=no"},
      {"attribute in lower case", RssItem("<guid ispermalink=\"false\">https://a.example/1</guid>"),
       "0.permalink=no"},
      {"link counts before guid",
       RssItem("<guid>https://a.example/g</guid><link>https://a.example/1</link>"),
       "0.link=https://a.example/1"},
      {"relative guid", RssItem("<guid>/1</guid>"), "0.id=/1\n0.permalink=no\n0.link="},
      {"atom id", AtomEntry("<id> tag:a.example,2020:1 </id>"), "0.id=tag:a.example,2020:1"},
      {"atom id is not resolved", AtomEntry("<id>relative</id>"), "0.id=relative\n0.link="},
      {"dc:identifier", RssItem("<dc:identifier>x</dc:identifier>"), "0.id=x"},
      {"guid before dc:identifier", RssItem("<dc:identifier>x</dc:identifier><guid>g</guid>"),
       "0.id=g"},
      {"none", RssItem("<title>x</title>"), "0.id="},
  });
}

TEST(Comments, HavePageFeedAndCount) {
  ExpectFeeds({
      {"comments", RssItem("<comments>https://a.example/1#c</comments>"),
       "0.comments=https://a.example/1#c"},
      {"relative", RssItem("<comments>/c</comments>"), "0.comments=https://doc.example/c"},
      {"words", RssItem("<comments>No comments yet</comments>"), "0.comments="},
      {"feed of comments", RssItem("<wfw:commentRss>https://a.example/c.xml</wfw:commentRss>"),
       "0.comments=\n0.comments_feed=https://a.example/c.xml"},
      {"wfw in lower case", RssItem("<wfw:commentRSS>https://a.example/c.xml</wfw:commentRSS>"),
       "0.comments_feed=https://a.example/c.xml"},
      {"slash", RssItem("<slash:comments>12</slash:comments>"), "0.comment_count=12"},
      {"replies", AtomEntry(R"(<link rel="replies" type="text/html" href="/c" thr:count="3"/>)"),
       "0.comments=https://doc.example/c\n0.comment_count=3\n0.link="},
      {"page before feed", AtomEntry(R"(<link rel="replies" type="application/atom+xml" href="/f"/>
        <link rel="replies" type="text/html" href="/c"/>)"),
       "0.comments=https://doc.example/c\n0.comments_feed=https://doc.example/f"},
      {"feed alone", AtomEntry(R"(<link rel="replies" type="application/atom+xml" href="/f"/>)"),
       "0.comments=https://doc.example/f"},
      {"total", AtomEntry("<thr:total>7</thr:total>"), "0.comment_count=7"},
      {"replies without a type", AtomEntry(R"(<link rel="replies" href="/f" thr:count="3"/>)"),
       "0.comments=https://doc.example/f\n0.comments_feed=https://doc.example/f\n"
       "0.comment_count=3\n0.link="},
      {"page before feed without a type",
       AtomEntry(R"(<link rel="replies" href="/f"/><link rel="replies" type="text/html" href="/c"/>
        <link rel="replies" type="application/xhtml+xml" href="/x"/>)"),
       "0.comments=https://doc.example/c\n0.comments_feed=https://doc.example/f"},
      {"replies in RSS", RssItem(R"(<atom:link rel="replies" href="/f"/>)"),
       "0.comments_feed=https://doc.example/f"},
      {"replies in RSS 1.0",
       RdfItem(R"(<link xmlns="http://www.w3.org/2005/Atom" rel="replies" href="/f"/>)"),
       "0.comments_feed=https://doc.example/f"},
  });
}

TEST(Sources, AreTheFeedsThatEntriesCameFrom) {
  ExpectFeeds({
      {"RSS", RssItem("<source url=\"https://s.example/rss\">The S &amp;amp; Co</source>"),
       "0.source.title=The S & Co\n0.source.link=https://s.example/rss"},
      {"Atom",
       AtomEntry(
           R"(<source><id>urn:s</id><title type="html">&lt;b&gt;S&lt;/b&gt;</title><link href="https://s.example/"/>
        <link rel="self" href="https://s.example/f"/><updated>2020-01-10T00:00:00Z</updated><category term="no"/></source>)"),
       "0.source.id=urn:s\n0.source.title=S\n0.source.link=https://s.example/"
       "\n0.updated=\n0.categories=0\n0.id=\n0.link="},
      {"Atom, self alone",
       AtomEntry(R"(<source><link rel="self" href="https://s.example/f"/></source>)"),
       "0.source.link=https://s.example/f"},
      {"authors of the source",
       AtomFeed("<author><name>F</name></author><entry><source><author><name>S</name></author></"
                "source></entry>"),
       "0.authors=1\n0.authors[0].name=S"},
  });
}

}  // namespace
}  // namespace dateline::ingestion::parse
