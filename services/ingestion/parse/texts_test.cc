// Titles become plain text; bodies say what they are, and the best one counts.

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingestion/parse/feed_test_util.h"

namespace dateline::ingestion::parse {
namespace {

TEST(Titles, OfRssMayBeMarkupOrNot) {
  const auto title = [](const char* xml) {
    return RssItem(std::string("<title>") + xml + "</title>");
  };
  ExpectFeeds({
      {"plain", title("A plain title"), "0.title=A plain title"},
      {"blanks", title("\n  A \t title&#160; here \n"), "0.title=A title here"},
      {"ampersand", title("AT&amp;T"), "0.title=AT&T"},
      {"double-escaped", title("AT&amp;amp;T"), "0.title=AT&T"},
      {"three times", title("AT&amp;amp;amp;T"), "0.title=AT&T"},
      {"number", title("It&amp;#8217;s &amp;#x2014; here"), "0.title=It\u2019s \u2014 here"},
      {"name", title("Caf&amp;eacute;&amp;nbsp;au lait"), "0.title=Caf\u00e9 au lait"},
      {"escaped markup", title("&lt;b&gt;Bold&lt;/b&gt; move"), "0.title=Bold move"},
      {"double-escaped markup", title("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt;"),
       "0.title=<b>Bold</b>"},
      {"CDATA", title("<![CDATA[A & B <i>c</i>]]>"), "0.title=A & B c"},
      {"CDATA with reference", title("<![CDATA[A &amp; B]]>"), "0.title=A & B"},
      {"CDATA in parts", title("A <![CDATA[& B]]> C"), "0.title=A & B C"},
      {"inline markup", title("A <em>b</em> c"), "0.title=A b c"},
      {"line break", title("One&lt;br/&gt;Two"), "0.title=One Two"},
      {"link", title("&lt;a href=\"https://a.example/\"&gt;Read&lt;/a&gt; this"),
       "0.title=Read this"},
      {"image", title("&lt;img src=\"x.png\"&gt; News"), "0.title=News"},
      {"script", title("a&lt;script&gt;b()&lt;/script&gt;c"), "0.title=ac"},
      {"comment", title("a&lt;!-- b --&gt;c"), "0.title=ac"},
      {"less than", title("5 &lt; 6 &gt; 4"), "0.title=5 < 6 > 4"},
      {"heart", title("I &lt;3 you"), "0.title=I <3 you"},
      {"type parameter", title("List&lt;String&gt; in Java"), "0.title=List<String> in Java"},
      {"tag as a word", title("History of the &lt;blink&gt; tag"),
       "0.title=History of the <blink> tag"},
      {"ticker", title("Big Blue &lt;IBM&gt; gains"), "0.title=Big Blue <IBM> gains"},
      {"ampersand alone", title("<![CDATA[R&D & more]]>"), "0.title=R&D & more"},
      {"empty", title(""), "0.title="},
      {"scripts of the world",
       title("\u65e5\u672c\u8a9e \u0420\u0443\u0441\u0441\u043a\u0438\u0439"),
       "0.title=\u65e5\u672c\u8a9e \u0420\u0443\u0441\u0441\u043a\u0438\u0439"},
  });
}

// Written as characters, as references and as references within HTML.
TEST(Texts, TakeC1ControlsForWindows1252) {
  const std::string json =
      "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"a\xC2\x92s\", \"items\": "
      "[{\"title\": \"a\\u0092s\", \"content_html\": \"a\xC2\x92s\", \"tags\": "
      "[\"a\xC2\x92s\"]}]}";
  ExpectFeeds({
      {"RSS",
       RssItem("<title>a\xC2\x92s</title><description>a\xC2\x92s</description>"
               "<category>a\xC2\x92s</category><dc:creator>a\xC2\x92s</dc:creator>"),
       "well_formed=yes\n0.title=a\u2019s\n0.summary=a\u2019s\n0.categories[0].term=a\u2019s\n"
       "0.authors[0].name=a\u2019s"},
      {"references",
       RssItem("<title>a&#146;s &#x93;b&#x94; &#133;</title><category>a&#146;s</category>"),
       "well_formed=yes\n0.title=a\u2019s \u201Cb\u201D \u2026\n0.categories[0].term=a\u2019s"},
      {"references of HTML", RssItem("<title>a&amp;#146;s</title>"), "0.title=a\u2019s"},
      {"CDATA", RssItem("<title><![CDATA[a\xC2\x92s &#146;]]></title>"), "0.title=a\u2019s \u2019"},
      {"damaged", RssItem("<title>a\xC2\x92s & &#146;</title>"), "0.title=a\u2019s & \u2019"},
      {"Atom",
       AtomEntry("<title type=\"html\">a\xC2\x92s &lt;b&gt;&#146;&lt;/b&gt;</title>"
                 "<category term=\"a&#146;s\"/><summary>a&#146;s</summary>"),
       "0.title=a\u2019s \u2019\n0.categories[0].term=a\u2019s\n0.summary=a\u2019s"},
      {"XHTML",
       AtomEntry("<content type=\"xhtml\"><div><i title=\"a&#146;s\">b\xC2\x92s</i></div>"
                 "</content>"),
       "0.content=<i title=\"a\u2019s\">b\u2019s</i>"},
      {"RSS 1.0", RdfItem("<title>a&#146;s</title>"), "0.title=a\u2019s"},
      {"what windows-1252 has no character for", RssItem("<title>a&#129;\xC2\x9D.</title>"),
       "0.title=a."},
      {"JSON", json,
       "well_formed=yes\ntitle=a\u2019s\n0.title=a\u2019s\n0.content=a\u2019s\n"
       "0.categories[0].term=a\u2019s"},
  });
}

TEST(Titles, KeepTheTextOfFormulas) {
  const char* const kEscaped =
      "On &lt;math display=\"inline\"&gt;&lt;semantics&gt;&lt;msup&gt;&lt;mi&gt;x&lt;/mi&gt;"
      "&lt;mn&gt;2&lt;/mn&gt;&lt;/msup&gt;&lt;annotation encoding=\"tex\"&gt;x^2&lt;/annotation&gt;"
      "&lt;/semantics&gt;&lt;/math&gt; and more";
  const char* const kMarkup =
      R"(On <m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:semantics><m:msup><m:mi>x</m:mi>
      <m:mn>2</m:mn></m:msup><m:annotation-xml encoding="MathML-Content"><m:ci>y</m:ci></m:annotation-xml>
      </m:semantics></m:math>)";
  const auto title = [](absl::string_view type, absl::string_view text) {
    return absl::StrCat("<title", type, ">", text, "</title>");
  };
  ExpectFeeds({
      {"RSS", RssItem(title("", kEscaped)), "0.title=On x2 and more"},
      {"RSS 1.0", RdfItem(title("", kEscaped)), "0.title=On x2 and more"},
      {"Atom, HTML", AtomEntry(title(" type=\"html\"", kEscaped)), "0.title=On x2 and more"},
      {"Atom, XHTML", AtomEntry(title(" type=\"xhtml\"", absl::StrCat("<div>", kMarkup, "</div>"))),
       "0.title=On x 2"},
      {"RSS, markup", RssItem(title("", kMarkup)), "0.title=On x 2"},
      {"of the feed", RssChannel(title("", kEscaped)), "title=On x2 and more"},
      {"WordPress",
       R"([{"title": {"rendered": "On <math><mi>x</mi><mo>&lt;</mo><mn>2</mn></math>"}}])",
       "0.title=On x<2"},
      {"a word", RssItem("<title>The &lt;math&gt; element, &lt;mi&gt;x&lt;/mi&gt;</title>"),
       "0.title=The <math> element, <mi>x</mi>"},
      {"what follows a formula",
       RssItem("<title>&lt;math&gt;&lt;mi&gt;x&lt;/mi&gt;&lt;/math&gt; List&lt;String&gt;</title>"),
       "0.title=x List<String>"},
  });
}

TEST(Titles, OfAtomSayWhatTheyAre) {
  const auto title = [](const char* type, const char* xml) {
    return AtomEntry(std::string("<title") + type + ">" + xml + "</title>");
  };
  ExpectFeeds({
      {"text", title(" type=\"text\"", "Less: &lt;em&gt; &amp;lt;"), "0.title=Less: <em> &lt;"},
      {"no type", title("", "Less: &lt;em&gt;"), "0.title=Less: <em>"},
      {"no type, double-escaped", title("", "It&amp;#8217;s"), "0.title=It\u2019s"},
      {"html", title(" type=\"html\"", "Less: &lt;em&gt;x&lt;/em&gt; &amp;lt;"),
       "0.title=Less: x <"},
      {"html in CDATA", title(" type=\"html\"", "<![CDATA[<b>A</b> &amp; B]]>"), "0.title=A & B"},
      {"html with a lone tag", title(" type=\"html\"", "a&lt;p&gt;b"), "0.title=a b"},
      {"xhtml",
       title(" type=\"xhtml\"",
             R"(<div xmlns="http://www.w3.org/1999/xhtml">A <b>b</b> &lt;c&gt;</div>)"),
       "0.title=A b <c>"},
      {"xhtml with a prefix",
       title(" type=\"xhtml\"", "<xhtml:div>A <xhtml:em>b</xhtml:em></xhtml:div>"), "0.title=A b"},
      {"unknown type", title(" type=\"markdown\"", "a &lt;b&gt; *c*"), "0.title=a <b> *c*"},
      {"unknown media type", title(" type=\"application/x-wiki\"", "a &lt;b&gt;"), "0.title=a <b>"},
      {"unknown media type, words that could be base64",
       title(" type=\"application/x-wiki\"", "Test"), "0.title=Test"},
      {"type of a picture", title(" type=\"image/png\"", "Title"), "0.title=Title"},
      {"media type", title(" type=\"text/html\"", "&lt;b&gt;A&lt;/b&gt;"), "0.title=A"},
      {"0.3 escaped", R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>
        <title type="text/html" mode="escaped">&lt;b&gt;A&lt;/b&gt; &amp;amp; B</title></entry></feed>)",
       "0.title=A & B"},
      {"0.3 escaped without a type", R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>
        <title mode="escaped">&lt;b&gt;A&lt;/b&gt;</title></entry></feed>)",
       "0.title=A"},
      {"0.3 plain escaped", R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>
        <title type="text/plain" mode="escaped">a &lt;b&gt;</title></entry></feed>)",
       "0.title=a <b>"},
      {"0.3 base64", R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>
        <title type="text/html" mode="base64">RXhhbXBsZSA8Yj5BdG9tPC9iPg==</title></entry></feed>)",
       "0.title=Example Atom"},
      {"0.3 xml", R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>
        <title type="application/xhtml+xml" mode="xml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>b</b></div></title>
        </entry></feed>)",
       "0.title=A b"},
  });
}

TEST(Titles, ComeFromTheItemsOwnTitleFirst) {
  ExpectFeeds({
      {"none", RssItem("<description>text</description>"), "0.title=\n0.summary=text"},
      {"itunes after", RssItem("<title>A</title><itunes:title>B</itunes:title>"), "0.title=A"},
      {"itunes before", RssItem("<itunes:title>B</itunes:title><title>A</title>"), "0.title=A"},
      {"media before", RssItem("<media:title>B</media:title><title>A</title>"), "0.title=A"},
      {"media in a group",
       RssItem("<title>A</title><media:group><media:title>B</media:title></media:group>"),
       "0.title=A"},
      {"media alone", RssItem("<media:title>B</media:title>"), "0.title=B"},
      {"dc before", RssItem("<dc:title>B</dc:title><title>A</title>"), "0.title=A"},
      {"dc alone", RssItem("<dc:title>B</dc:title>"), "0.title=B"},
      {"empty, then dc", RssItem("<title/><dc:title>B</dc:title>"), "0.title=B"},
      {"author's", RssItem("<author><title>Dr</title><name>Ann</name></author>"),
       "0.title=\n0.authors[0].name=Ann"},
      {"image's", RssItem("<image><title>I</title><url>https://a.example/i.png</url></image>"),
       "0.title=\n0.thumbnails[0].url=https://a.example/i.png"},
      {"source's", AtomEntry("<source><title>S</title></source><title>A</title>"),
       "0.title=A\n0.source.title=S"},
      {"twice", RssItem("<title>A</title><title>B</title>"), "0.title=A"},
  });
}

TEST(Bodies, AreTheBestOfWhatThereIs) {
  ExpectFeeds({
      {"description alone", RssItem("<description>&lt;p&gt;a&lt;/p&gt;</description>"),
       "0.summary=<p>a</p>\n0.summary.html=yes\n0.content="},
      {"content:encoded",
       RssItem(
           "<content:encoded><![CDATA[<p>b</p>]]></content:encoded><description>a</description>"),
       "0.summary=a\n0.content=<p>b</p>"},
      {"empty content:encoded",
       RssItem("<description>a</description><content:encoded> </content:encoded>"),
       "0.summary=a\n0.content="},
      {"content:encoded before Atom content",
       RssItem("<atom:content type=\"html\">x</atom:content><content:encoded>b</content:encoded>"),
       "0.content=b"},
      {"Atom content before xhtml",
       RssItem("<xhtml:body><xhtml:p>x</xhtml:p></xhtml:body><atom:content "
               "type=\"html\">b</atom:content>"),
       "0.content=b"},
      {"xhtml body",
       RssItem(
           R"(<description>a</description><body xmlns="http://www.w3.org/1999/xhtml"><p>b</p></body>)"),
       "0.summary=a\n0.content=<p>b</p>"},
      {"description before itunes",
       RssItem("<itunes:summary>b</itunes:summary><description>a</description>"), "0.summary=a"},
      {"itunes alone",
       RssItem("<itunes:summary>b</itunes:summary><itunes:subtitle>c</itunes:subtitle>"),
       "0.summary=b"},
      {"dc alone", RssItem("<dc:description>b</dc:description>"), "0.summary=b"},
      {"media alone",
       RssItem("<media:group><media:description>b</media:description></media:group>"),
       "0.summary=b"},
      {"empty description", RssItem("<description/><itunes:summary>b</itunes:summary>"),
       "0.summary=b"},
      {"markup unescaped", RssItem("<description>a <b>b</b> &amp; c<br/>d</description>"),
       "0.summary=a <b>b</b> &amp; c<br>d"},
  });
}

TEST(Bodies, OfAtomSayWhatTheyAre) {
  const auto content = [](const char* attributes, const char* xml) {
    return AtomEntry(std::string("<content ") + attributes + ">" + xml + "</content>");
  };
  ExpectFeeds({
      {"text", content("type=\"text\"", "a &lt;b&gt;"), "0.content=a <b>\n0.content.html=no"},
      {"no type", content("", "a &lt;b&gt;"), "0.content=a <b>\n0.content.html=no"},
      {"html", content("type=\"html\"", "&lt;p&gt;a&lt;/p&gt;"),
       "0.content=<p>a</p>\n0.content.html=yes"},
      {"xhtml",
       content("type=\"xhtml\"",
               R"(<div xmlns="http://www.w3.org/1999/xhtml"><p>a &amp; b</p><br/></div>)"),
       "0.content=<p>a &amp; b</p><br>\n0.content.html=yes"},
      {"xhtml, inner base",
       content(
           "type=\"xhtml\" xml:base=\"https://b.example/\"",
           R"(<div xmlns="http://www.w3.org/1999/xhtml"><p xml:base="c/"><a href="d">e</a></p><a href="f">g</a></div>)"),
       "0.content=<p><a href=\"https://b.example/c/d\">e</a></p><a "
       "href=\"f\">g</a>\n0.content.base=https://b.example/"},
      {"xhtml, base of the wrapper",
       content(
           "type=\"xhtml\"",
           R"(<div xmlns="http://www.w3.org/1999/xhtml" xml:base="https://w.example/x/"><a href="y">z</a></div>)"),
       "0.content=<a href=\"https://w.example/x/y\">z</a>"},
      {"xhtml with quotes in attributes",
       content(
           "type=\"xhtml\"",
           R"(<div xmlns="http://www.w3.org/1999/xhtml"><i title="a &quot;b&quot; &lt;c&gt; &amp; d">e</i></div>)"),
       "0.content=<i title=\"a &quot;b&quot; &lt;c&gt; &amp; d\">e</i>"},
      {"plain media type", content("type=\"text/plain\"", "a &lt;b&gt;"), "0.content.html=no"},
      {"html with a parameter",
       content("type=\"text/html; charset=utf-8\"", "&lt;b&gt;a&lt;/b&gt;"),
       "0.content=<b>a</b>\n0.content.html=yes"},
      {"other XML", content("type=\"application/xml\"", "<x><y>a</y></x>"),
       "0.content=<x><y>a</y></x>\n0.content.html=yes"},
      {"an entry as content",
       AtomFeed(
           R"(<entry><title>A</title><content type="application/atom+xml"><entry><title>B</title></entry>
        </content></entry>)"),
       "entries=1\n0.title=A"},
      {"base64 text", content("type=\"application/octet-stream\"", "RXhhbXBsZSA8Yj5BdG9tPC9iPg=="),
       "0.content=Example <b>Atom</b>\n0.content.html=yes"},
      {"unknown type", content("type=\"markdown\"", "a &lt;b&gt; *c*"),
       "0.content=a <b> *c*\n0.content.html=no"},
      {"unknown media type, no base64", content("type=\"application/x-wiki\"", "Is this text?"),
       "0.content=Is this text?\n0.content.html=no"},
      {"unknown type of a summary",
       AtomEntry("<summary type=\"application/x-wiki\">a &lt;b&gt;</summary>"),
       "0.summary=a <b>\n0.summary.html=no"},
      {"unknown type in RSS",
       RssItem("<atom:summary type=\"wiki\">a &lt;b&gt;</atom:summary><media:title type=\"wiki\">"
               "b</media:title>"),
       "0.summary=a <b>\n0.summary.html=no\n0.title=b"},
      {"broken base64", AtomEntry("<content mode=\"base64\">?</content>"), "0.content="},
      {"base64 image", content("type=\"image/png\"", "iVBORw0KGgo="), "0.content="},
      {"elsewhere", content("type=\"text/html\" src=\"/page\"", ""),
       "0.content=\n0.link=https://doc.example/page\n0.links[0].rel=content\n0.links[0].type=text/"
       "html"},
      {"elsewhere with a link", AtomEntry("<content src=\"/page\"/><link href=\"/one\"/>"),
       "0.link=https://doc.example/one"},
      {"summary beside", AtomEntry("<summary>s</summary><content>c</content>"),
       "0.summary=s\n0.content=c"},
  });
}

}  // namespace
}  // namespace dateline::ingestion::parse
