// Persons, categories, languages, dates and rights of entries.

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"

namespace dateline::ingestion::parse {
namespace {

TEST(Persons, AreReadInEveryForm) {
  const auto author = [](const char* text) {
    return RssItem(std::string("<author>") + text + "</author>");
  };
  ExpectFeeds({
      {"mail and name", author("ann@a.example (Ann Lee)"),
       "0.authors[0].name=Ann Lee\n0.authors[0].email=ann@a.example"},
      {"name and mail", author("Ann Lee &lt;ann@a.example&gt;"),
       "0.authors[0].name=Ann Lee\n0.authors[0].email=ann@a.example"},
      {"name, mail in brackets", author("Ann Lee (ann@a.example)"),
       "0.authors[0].name=Ann Lee\n0.authors[0].email=ann@a.example"},
      {"mail", author("ann@a.example"), "0.authors[0].name=\n0.authors[0].email=ann@a.example"},
      {"mailto", author("mailto:ann@a.example"), "0.authors[0].email=ann@a.example"},
      {"mail in angles", author("&lt;ann@a.example&gt;"),
       "0.authors[0].email=ann@a.example\n0.authors[0].name="},
      {"mail then name", author("ann@a.example Ann Lee"),
       "0.authors[0].name=Ann Lee\n0.authors[0].email=ann@a.example"},
      {"name", author("Ann Lee"), "0.authors[0].name=Ann Lee\n0.authors[0].email="},
      {"name with a bracket", author("Ann Lee (Staff)"), "0.authors[0].name=Ann Lee (Staff)"},
      {"quoted", author("\"Lee, Ann\" &lt;ann@a.example&gt;"), "0.authors[0].name=Lee, Ann"},
      {"handle", author("@ann"), "0.authors[0].name=@ann\n0.authors[0].email="},
      {"references", author("Ann &amp;amp; Bob"), "0.authors[0].name=Ann & Bob"},
      {"address", author("https://a.example/ann"),
       "0.authors[0].uri=https://a.example/ann\n0.authors[0].name="},
      {"blanks", author("  Ann \n Lee "), "0.authors[0].name=Ann Lee"},
      {"empty", author(" "), "0.authors=0"},
      {"markup", author("by <a href=\"https://a.example/\">Ann Lee</a>"),
       "0.authors[0].name=by Ann Lee"},
      {"escaped markup", author("&lt;a href=\"/ann\"&gt;Ann&lt;/a&gt;"), "0.authors[0].name=Ann"},
      {"elements", author("<name>Ann</name><email>ann@a.example</email><uri>/ann</uri>"),
       "0.authors[0].name=Ann\n0.authors[0].email=ann@a.example\n0.authors[0].uri=https://"
       "doc.example/ann"},
  });
}

TEST(Persons, MayStandInAList) {
  const char* const kTwo =
      "0.authors=2\n0.authors[0].name=Ann\n0.authors[0].email=a@e.test\n"
      "0.authors[1].name=Bob\n0.authors[1].email=b@e.test";
  const char* const kList = "a@e.test (Ann) , b@e.test (Bob)";
  ExpectFeeds({
      {"RSS", RssItem(absl::StrCat("<author>", kList, "</author>")), kTwo},
      {"creator", RssItem(absl::StrCat("<dc:creator>", kList, "</dc:creator>")), kTwo},
      {"RSS 1.0", RdfItem(absl::StrCat("<dc:creator>", kList, "</dc:creator>")), kTwo},
      {"itunes", RssItem(absl::StrCat("<itunes:author>", kList, "</itunes:author>")), kTwo},
      {"Atom", AtomEntry(absl::StrCat("<author>", kList, "</author>")), kTwo},
      {"JSON", absl::StrCat(R"({"items": [{"id": "1", "author": ")", kList, "\"}]}"), kTwo},
      {"other order and separator",
       RssItem("<author>Ann &lt;a@e.test&gt;;Bob &lt;b@e.test&gt;</author>"), kTwo},
      {"commas of names",
       RssItem("<author>Lee, Ann &lt;a@e.test&gt;, \"Ray, Bob\" &lt;b@e.test&gt;, c@e.test (Poe, C)"
               "</author>"),
       "0.authors=3\n0.authors[0].name=Lee, Ann\n0.authors[1].name=Ray, Bob\n"
       "0.authors[2].name=Poe, C"},
      {"mails alone", RssItem("<author>a@e.test, b@e.test,</author>"),
       "0.authors=2\n0.authors[1].email=b@e.test\n0.authors[1].name="},
      {"one mail", RssItem("<author>a@e.test, Ann Lee, Ed</author>"),
       "0.authors=1\n0.authors[0].name=Ann Lee, Ed"},
      {"names alone", RssItem("<author>Ann Lee, Bob Ray</author>"),
       "0.authors=1\n0.authors[0].name=Ann Lee, Bob Ray"},
      {"contributors", AtomEntry(absl::StrCat("<contributor>", kList, "</contributor>")),
       "0.contributors=2\n0.authors=0"},
      {"editors", RssChannel(absl::StrCat("<managingEditor>", kList, "</managingEditor>")),
       "authors=2\nauthors[1].name=Bob"},
      {"web masters", RssChannel(absl::StrCat("<webMaster>", kList, "</webMaster>")),
       "authors=2\nauthors[1].name=Bob"},
      {"authors of JSON", absl::StrCat(R"({"author": ")", kList, R"(", "items": []})"),
       "authors=2"},
  });
}

TEST(Persons, ComeFromAllVocabularies) {
  ExpectFeeds({
      {"creators", RssItem("<dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator>"),
       "0.authors=2\n0.authors[1].name=Bob"},
      {"same twice", RssItem("<author>ann@a.example (Ann)</author><dc:creator>Ann</dc:creator>"),
       "0.authors=1\n0.authors[0].email=ann@a.example"},
      {"completed", RssItem("<dc:creator>Ann</dc:creator><author>ann@a.example (Ann)</author>"),
       "0.authors=1\n0.authors[0].email=ann@a.example"},
      {"two of one name",
       AtomEntry("<author><name>A</name><email>a@x.example</email></author><author><name>A</"
                 "name><email>b@x.example</email></author>"),
       "0.authors=2"},
      {"itunes if no other", RssItem("<itunes:author>Bob</itunes:author>"),
       "0.authors[0].name=Bob"},
      {"itunes beside another",
       RssItem("<dc:creator>Ann</dc:creator><itunes:author>Bob</itunes:author>"), "0.authors=1"},
      {"contributors",
       AtomEntry(
           "<contributor><name>C</name></contributor><contributor><name>D</name></contributor>"),
       "0.contributors=2\n0.contributors[1].name=D\n0.authors=0"},
      {"dc:contributor", RssItem("<dc:contributor>C</dc:contributor>"), "0.contributors[0].name=C"},
      {"0.3 url",
       R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><author><name>A</name><url>https://a.example/</url>
        </author></entry></feed>)",
       "0.authors[0].uri=https://a.example/"},
      {"only a mail", AtomEntry("<author><email>a@x.example</email></author>"),
       "0.authors=1\n0.authors[0].email=a@x.example"},
      {"only a uri", AtomEntry("<author><uri>https://a.example/</uri></author>"),
       "0.authors=1\n0.authors[0].uri=https://a.example/"},
      {"text in Atom", AtomEntry("<author>Ann</author>"), "0.authors[0].name=Ann"},
      {"of the feed", AtomFeed("<author><name>F</name></author><entry><title>x</title></entry>"),
       "0.authors[0].name=F"},
      {"of the feed, later",
       AtomFeed("<entry><title>x</title></entry><author><name>F</name></author>"),
       "0.authors[0].name=F"},
      {"own before the feed's",
       AtomFeed("<author><name>F</name></author><entry><author><name>E</name></author></entry>"),
       "0.authors=1\n0.authors[0].name=E"},
      {"not inherited in RSS",
       RssChannel("<managingEditor>M</managingEditor><item><title>x</title></item>"),
       "authors[0].name=M\n0.authors=0"},
  });
}

TEST(Categories, MayStandInAListOrInMarkup) {
  ExpectFeeds({
      {"list of an item",
       RssItem("<categories><category>Sea</category><category domain=\"d\">Air</category>"
               "</categories><category>Land</category>"),
       "0.categories=3\n0.categories[0].term=Sea\n0.categories[1].term=Air\n"
       "0.categories[1].scheme=d\n0.categories[2].term=Land"},
      {"list of the channel",
       RssChannel("<categories><category>Sea</category></categories><item/>"),
       "categories=1\ncategories[0].term=Sea\n0.categories=0"},
      {"list of Atom", AtomEntry("<categories><category term=\"Sea\"/></categories>"),
       "0.categories[0].term=Sea"},
      {"list of RSS 1.0", RdfItem("<categories><category>Sea</category></categories>"),
       "0.categories[0].term=Sea"},
      {"markup",
       RssItem("<category><b>Sea</b></category><category>a <i>b <u>c</u></i> d</category>"),
       "0.categories=2\n0.categories[0].term=Sea\n0.categories[1].term=a b c d"},
      {"markup of other vocabularies",
       RdfItem(
           "<dc:subject><xhtml:b>Sea</xhtml:b></dc:subject><dc:creator><b>Ann</b></dc:creator>"),
       "0.categories[0].term=Sea\n0.authors[0].name=Ann"},
      {"markup of identities and dates",
       RssItem(
           "<guid isPermaLink=\"false\"><b>g</b></guid><pubDate><time>Fri, 10 Jan 2020 14:33:00 "
           "GMT</time></pubDate><link><a href=\"/x\">https://a.example/1</a></link>"),
       "0.id=g\n0.published=2020-01-10 14:33:00\n0.link=https://a.example/1"},
      {"markup of an identity of Atom", AtomEntry("<id><b>i</b></id>"), "0.id=i"},
      {"not what stands in what is unknown",
       RssItem("<related><category>Sea</category><title>x</title></related><title>t</title>"),
       "0.categories=0\n0.title=t"},
  });
}

TEST(Categories, AreTrimmedAndUnique) {
  ExpectFeeds({
      {"RSS", RssItem("<category> Space </category><category domain=\"d\">Mars</category>"),
       "0.categories=2\n0.categories[0].term=Space\n0.categories[1].scheme=d"},
      {"Atom",
       AtomEntry("<category term=\"space\" scheme=\"https://a.example/s\" label=\"Space\"/>"),
       "0.categories[0].term=space\n0.categories[0].scheme=https://a.example/"
       "s\n0.categories[0].label=Space"},
      {"label alone", AtomEntry("<category label=\"Space\"/>"), "0.categories[0].term=Space"},
      {"empty", RssItem("<category/><category> </category>"), "0.categories=0"},
      {"twice", RssItem("<category>A</category><category>A</category>"), "0.categories=1"},
      {"two schemes",
       RssItem("<category domain=\"x\">A</category><category domain=\"y\">A</category>"),
       "0.categories=2"},
      {"references", RssItem("<category>Arts &amp;amp; Books</category>"),
       "0.categories[0].term=Arts & Books"},
      {"CDATA", RssItem("<category><![CDATA[Arts & Books]]></category>"),
       "0.categories[0].term=Arts & Books"},
      {"dc:subject", RssItem("<dc:subject>A</dc:subject><dc:subject>B</dc:subject>"),
       "0.categories=2"},
      {"keywords", RssItem("<itunes:keywords>a, b,,c</itunes:keywords>"),
       "0.categories=3\n0.categories[2].term=c"},
      {"media:category", RssItem("<media:category scheme=\"s\" label=\"L\">a/b</media:category>"),
       "0.categories[0].term=a/b\n0.categories[0].label=L"},
      {"itunes:category",
       RssItem(
           "<itunes:category text=\"Arts\">\n<itunes:category text=\"Books\"/></itunes:category>"
           "<itunes:category text=\"Arts\"><itunes:category text=\"Food\"/></itunes:category>"),
       "0.categories=3\n0.categories[0].term=Arts\n0.categories[1].term=Books\n"
       "0.categories[2].term=Food\n0.categories[0].scheme=http://www.itunes.com/"},
      {"categories of Google",
       RssItem("<googleplay:category xmlns:googleplay=\"http://www.google.com/schemas/"
               "play-podcasts/1.0\" text=\"Arts\"/>"),
       "0.categories[0].term=Arts"},
  });
}

TEST(Dates, OfEntries) {
  ExpectFeeds({
      {"unknown zone", RssItem("<pubDate>Fri, 10 Jan 2020 14:33:00 XYZ</pubDate>"),
       "0.published=2020-01-10 14:33:00\n0.unparsed=1\n0.unparsed[0]=Fri, 10 Jan 2020 14:33:00 "
       "XYZ"},
      {"impossible offset", AtomEntry("<updated>2020-01-10T14:33:00+99:00</updated>"),
       "0.updated=2020-01-10 14:33:00\n0.unparsed[0]=2020-01-10T14:33:00+99:00"},
      {"unknown zone of the feed",
       RssChannel("<lastBuildDate>Fri, 10 Jan 2020 14:33:00 XYZ</lastBuildDate><item/>"),
       "updated=2020-01-10 14:33:00\nunparsed=1"},
      {"unknown zone in JSON",
       R"({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1",
           "date_published": "2020-01-10T14:33:00 XYZ"}]})",
       "0.published=2020-01-10 14:33:00\n0.unparsed=1"},
      {"pubDate", RssItem("<pubDate>Fri, 10 Jan 2020 10:00:00 GMT</pubDate>"),
       "0.published=2020-01-10 10:00:00\n0.updated="},
      {"dc:date", RssItem("<dc:date>2020-01-10</dc:date>"), "0.published=2020-01-10 00:00:00"},
      {"pubDate before dc:date",
       RssItem("<dc:date>2019-01-10</dc:date><pubDate>10 Jan 2020</pubDate>"),
       "0.published=2020-01-10 00:00:00"},
      {"unreadable pubDate", RssItem("<pubDate>soon</pubDate><dc:date>2020-01-10</dc:date>"),
       "0.published=2020-01-10 00:00:00\n0.unparsed=1\n0.unparsed[0]=soon"},
      {"ambiguous", RssItem("<pubDate>03/04/2020</pubDate>"),
       "0.published=\n0.unparsed[0]=03/04/2020"},
      {"the future", RssItem("<pubDate>Fri, 10 Jan 2031 10:00:00 GMT</pubDate>"),
       "0.published=\n0.unparsed[0]=Fri, 10 Jan 2031 10:00:00 GMT"},
      {"tomorrow", RssItem("<pubDate>1 Jan 2026 23:00:00 GMT</pubDate>"),
       "0.published=2026-01-01 23:00:00"},
      {"zeroes", RssItem("<pubDate>0000-00-00 00:00:00</pubDate>"), "0.published=\n0.unparsed=0"},
      {"empty", RssItem("<pubDate/>"), "0.published=\n0.unparsed=0"},
      {"Atom",
       AtomEntry(
           "<published>2020-01-10T10:00:00Z</published><updated>2020-01-11T10:00:00Z</updated>"),
       "0.published=2020-01-10 10:00:00\n0.updated=2020-01-11 10:00:00"},
      {"updated is not published", AtomEntry("<updated>2020-01-11T10:00:00Z</updated>"),
       "0.published=\n0.updated=2020-01-11 10:00:00"},
      {"0.3",
       R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><issued>2020-01-10T10:00:00Z</issued>
        <created>2020-01-09T10:00:00Z</created><modified>2020-01-11T10:00:00Z</modified></entry></feed>)",
       "0.published=2020-01-10 10:00:00\n0.updated=2020-01-11 10:00:00"},
      {"0.3 created",
       R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><created>2020-01-09T10:00:00Z</created></entry></feed>)",
       "0.published=2020-01-09 10:00:00"},
      {"dcterms",
       RssItem("<dcterms:created>2020-01-09</dcterms:created><dcterms:issued>2020-01-10</"
               "dcterms:issued>"
               "<dcterms:modified>2020-01-11</dcterms:modified>"),
       "0.published=2020-01-10 00:00:00\n0.updated=2020-01-11 00:00:00"},
      {"case of pubdate", RssItem("<pubdate>10 Jan 2020</pubdate>"),
       "0.published=2020-01-10 00:00:00"},
  });
}

TEST(LanguagesAndRights, OfEntries) {
  ExpectFeeds({
      {"dc:language", RssItem("<dc:language>de-AT</dc:language>"), "0.language=de-AT"},
      {"underscore", RssItem("<dc:language>en_US</dc:language>"), "0.language=en-US"},
      {"xml:lang of the entry", AtomFeed("<entry xml:lang=\"fr\"><title>x</title></entry>"),
       "0.language=fr\nlanguage="},
      {"xml:lang of the feed",
       R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><entry><title>x</title></entry></feed>)",
       "language=fr\n0.language=fr"},
      {"dc before xml:lang",
       "<rss xml:lang=\"en\"><channel><item><dc:language>fr</dc:language></item></channel></rss>",
       "0.language=fr"},
      {"nonsense", RssItem("<dc:language>English (US)</dc:language>"), "0.language="},
      {"rights", AtomEntry("<rights type=\"html\">&amp;copy; A</rights>"), "0.rights=\u00a9 A"},
      {"dc:rights", RssItem("<dc:rights>\u00a9 A</dc:rights>"), "0.rights=\u00a9 A"},
      {"licence", RssItem("<cc:license rdf:resource=\"https://c.example/by\"/>"),
       "0.rights=https://c.example/by"},
  });
}

}  // namespace
}  // namespace dateline::ingestion::parse
