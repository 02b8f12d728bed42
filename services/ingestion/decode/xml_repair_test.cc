#include "services/ingestion/decode/xml_repair.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingestion/decode/encoding.h"
#include "services/ingestion/decode/prolog.h"

namespace dateline::ingestion::decode {
namespace {

struct Case {
  std::string in;
  std::string out;
  const char* fault;  // What the first fault begins with; empty for none.
};

void Check(const Case& c) {
  const RepairedXml repaired = RepairXml(c.in);
  EXPECT_EQ(repaired.text, c.out) << c.in;
  EXPECT_FALSE(repaired.entity_bomb) << c.in;
  const bool as_said = *c.fault == '\0' ? repaired.first_fault.empty()
                                        : absl::StartsWith(repaired.first_fault, c.fault);
  EXPECT_TRUE(as_said) << c.in << "\nsays: " << repaired.first_fault;
  // What is repaired needs no repair.
  const RepairedXml again = RepairXml(repaired.text);
  EXPECT_EQ(again.text, repaired.text) << c.in;
}

TEST(RepairXml, LeavesWhatIsRight) {
  const Case kCases[] = {
      {"", "", ""},
      {"<a/>", "<a/>", ""},
      {"<a b='c' d=\"e\" >x</a >", "<a b='c' d=\"e\" >x</a>", ""},
      {"<?xml version='1.0'?>\n<!-- c -->\n<a>x</a>\n<!-- d -->", "<a>x</a>", ""},
      {"<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x42;</a>", "<a>&amp;&lt;&gt;&quot;&apos;&#65;&#66;</a>",
       ""},
      {"<a><![CDATA[x & <b> ]] ]]></a>", "<a><![CDATA[x & <b> ]] ]]></a>", ""},
      {"<a>x<?pi y?><!--z--></a>", "<a>x</a>", ""},
      {"<!DOCTYPE rss PUBLIC \"-//N//D>\" 'http://x/>'><rss/>", "<rss/>", ""},
      {"<!DOCTYPE a [<!ENTITY e \"v'>\"> <!-- ]> -->]><a>&e;</a>", "<a>v'></a>", ""},
      {"<a>\xC2\xA0\xC3\xA9\xEF\xBC\x8C</a>", "<a>\xC2\xA0\xC3\xA9\xEF\xBC\x8C</a>", ""},
      {"<\xC3\xA9 \xC3\xA8='1'/>", "<\xC3\xA9 \xC3\xA8='1'/>", ""},
      {"<a b='x&amp;y'/>", "<a b=\"x&amp;y\"/>", ""},
      {"<br>x</br>", "<br/>", "unclosed <br>"},
      {"<a><br></br><img src='x'></img></a>", "<a><br></br><img src='x'></img></a>", ""},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(RepairXml, EscapesAmpersandsAndKnowsHtmlsEntities) {
  const Case kCases[] = {
      {"<a>R&D</a>", "<a>R&amp;D</a>", "unescaped ampersand (line 1)"},
      {"<a>\n\nA & B</a>", "<a>\n\nA &amp; B</a>", "unescaped ampersand (line 3)"},
      {"<a>&</a>", "<a>&amp;</a>", "unescaped ampersand"},
      {"<a>?a=1&b=2&copy=3</a>", "<a>?a=1&amp;b=2&amp;copy=3</a>", "unescaped ampersand"},
      {"<a>&;&#;&#x;&#xg;</a>", "<a>&amp;;&amp;#;&amp;#x;&amp;#xg;</a>", "unescaped ampersand"},
      {"<a>&nbsp;</a>", "<a>\xC2\xA0</a>", "undefined entity &nbsp;"},
      {"<a>&eacute;&Eacute;&hellip;&euro;</a>", "<a>\xC3\xA9\xC3\x89\xE2\x80\xA6\xE2\x82\xAC</a>",
       "undefined entity &eacute;"},
      {"<a>&CounterClockwiseContourIntegral;</a>", "<a>\xE2\x88\xB3</a>", "undefined entity"},
      {"<a>&NotEqualTilde;&fjlig;</a>",
       "<a>\xE2\x89\x82\xCC\xB8"
       "fj</a>",
       "undefined entity"},
      {"<a>&LT;b&GT;&AMP;</a>", "<a>&#60;b>&#38;</a>", "undefined entity &LT;"},
      {"<a>&nosuch;</a>", "<a>&amp;nosuch;</a>", "undefined entity &nosuch;"},
      {"<a>&nbsp x &copy 2022</a>", "<a>\xC2\xA0 x \xC2\xA9 2022</a>", "unescaped ampersand"},
      {"<a>&amp x&lt y</a>", "<a>&amp; x&lt; y</a>", "unescaped ampersand"},
      {"<a>&ampx &notit;</a>", "<a>&amp;ampx &amp;notit;</a>", "unescaped ampersand"},
      {"<a>&#8217s</a>", "<a>&#8217;s</a>", "unescaped ampersand"},
      {"<a b='x&y'/>", "<a b=\"x&amp;y\"/>", "unescaped ampersand"},
      {"<a b=\"?x=1&amp;y=2&z=3&eacute;\"/>", "<a b=\"?x=1&amp;y=2&amp;z=3\xC3\xA9\"/>",
       "unescaped ampersand"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(RepairXml, RemovesForbiddenCharacters) {
  const Case kCases[] = {
      {std::string("<a>x\0y</a>", 10), "<a>xy</a>", "control character"},
      {"<a>\x01\x0B\x1F\tx\r\n</a>", "<a>\tx\r\n</a>", "control character"},
      {"<a b='\x02x'/>", "<a b=\"x\"/>", "control character"},
      {"<a><![CDATA[x\x03y]]></a>", "<a><![CDATA[xy]]></a>", "control character"},
      {"<a>\xEF\xBF\xBE\xEF\xBF\xBF</a>", "<a>\xEF\xBF\xBD\xEF\xBF\xBD</a>", "forbidden character"},
      {"<a>&#0;&#x1F;&#11;x</a>", "<a>x</a>", "reference to a forbidden character"},
      {"<a>&#xFFFE;&#xD800;&#1114112;&#99999999999999999999;</a>",
       "<a>&#65533;&#65533;&#65533;&#65533;</a>", "reference to a forbidden character"},
      {"<a>&#xFFFD;&#9;&#10;</a>", "<a>&#65533;&#9;&#10;</a>", ""},
      {"<a>&#55357;&#56832; &#xD83D;&#xDE00;</a>", "<a>&#128512; &#128512;</a>", ""},
      {"<a>&#128;&#146;&#x99;</a>", "<a>&#8364;&#8217;&#8482;</a>", ""},
      {"<a>It\xC2\x92s \xC2\x80<![CDATA[5\xC2\x80]]></a>",
       "<a>It\xE2\x80\x99s \xE2\x82\xAC<![CDATA[5\xE2\x82\xAC]]></a>", ""},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(RepairXml, FindsTheDocument) {
  const Case kCases[] = {
      {"\n<?xml version='1.0'?><a/>", "<a/>", "white space before the XML declaration"},
      {"\n\n<a/>", "<a/>", ""},
      {"\xEF\xBB\xBF<?xml version='1.0'?><a/>", "<a/>", "text before the document"},
      {"Warning: x < y\n<?xml version='1.0'?><rss/>", "<rss/>", "text before the document"},
      {"<!-- cached --><?xml version='1.0'?><a/>", "<a/>", ""},
      {"<br />\n<b>Warning</b>: mysql on line <b>3</b><br />\n<?xml version='1.0'?><rss/>",
       "<rss/>", "markup before the document"},
      {"<p>Deprecated: x<rss><channel/></rss>", "<rss><channel/></rss>",
       "markup before the document"},
      {"<html><body><feed/></body></html>", "<html><body><feed/></body></html>", ""},
      {"<a:feed xmlns:a='x'/>", "<a:feed xmlns:a='x'/>", ""},
      {"<rss/>trailing", "<rss/>", "text behind the document"},
      {"<rss></rss><script>x</script>", "<rss></rss>", "content behind the document"},
      {"<rss></rss>\n<!-- 0.3 s -->\n", "<rss></rss>", ""},
      {"<rss><channel></channel></rss><item>x</item>", "<rss><channel></channel><item>x</item>",
       "entries behind the document"},
      {"no markup at all", "", "text before the document"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(RepairXml, TakesAnythingLongerThanWhatIsSearched) {
  for (const size_t size : {size_t{65'535}, size_t{65'536}, size_t{65'537}, size_t{70'000}}) {
    for (const char* piece : {"a,b\n", "var x = 1;", "\xE9t\xE9 ", " "}) {
      std::string junk;
      while (junk.size() < size) junk += piece;
      for (const char* end : {"", "<", "<rss/>", "<!-- x", "<!DOCTYPE x", "<?xml "}) {
        const std::string text = absl::StrCat(junk, end);
        EXPECT_LE(FindDocument(text).start, text.size()) << piece << end;
        EXPECT_FALSE(Decode(text, "").encoding.empty()) << piece << end;
      }
    }
  }
}

TEST(RepairXml, RepairsTags) {
  const Case kCases[] = {
      {"<a b=c/>", "<a b=\"c\"/>", "malformed tag <a>"},
      {"<a b=http://x/y?a=1&b=2>z</a>", "<a b=\"http://x/y?a=1&amp;b=2\">z</a>", "malformed tag"},
      {"<a b=http://x/ c=1 />", "<a b=\"http://x/\" c=\"1\"/>", "malformed tag"},
      {"<a b='1'c='2'/>", "<a b=\"1\" c=\"2\"/>", "malformed tag"},
      {"<a b = '1' />", "<a b = '1' />", ""},
      {"<option selected>x</option>", "<option selected=\"\">x</option>", "malformed tag"},
      {"<a b='1' b='2'/>", "<a b=\"1\"/>", "malformed tag"},
      {"<a b='say \"x\"' c=d/>", "<a b=\"say &quot;x&quot;\" c=\"d\"/>", "malformed tag"},
      {"<a b='x < y'/>", "<a b=\"x &lt; y\"/>", "malformed tag"},
      {"<a b=\"x>y</a><c d=\"z\">w</c>", "<a b=\"x\">y</a>", "malformed tag"},
      {"<r><a b=\"x>y</a><c d=\"z\">w</c></r>", "<r><a b=\"x\">y</a><c d=\"z\">w</c></r>",
       "malformed tag"},
      {"<a b='x'/ >y</a>", "<a b=\"x\">y</a>", "malformed tag"},
      {"<a 'x' =b>y</a>", "<a x=\"\" b=\"\">y</a>", "malformed tag"},
      {"<a><b</a>", "<a><b></b></a>", "malformed tag <b>"},
      {"<a>x</a\n>", "<a>x</a>", ""},
      {"<a><b>x</b <c/></a>", "<a><b>x</b><c/></a>", "malformed tag </b>"},
      {"<a><b>x</ b></a>", "<a><b>x</b></a>", "malformed tag </b>"},
      {"<a>1 < 2 <3 <= 4</a>", "<a>1 &lt; 2 &lt;3 &lt;= 4</a>", "unescaped '<'"},
      {"<a>if x <y and z then <b/></a>", "<a>if x &lt;y and z then <b/></a>", "unescaped '<'"},
      {"<a><\xE2\x80\x9Cx</a>", "<a>&lt;\xE2\x80\x9Cx</a>", "unescaped '<'"},
      {"<a></></a>", "<a>&lt;/></a>", "unescaped '<'"},
      {"<a><b c='d", "<a>", "the document ends within a tag"},
      {"<a>x</b", "<a>x", "the document ends within a tag"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(RepairXml, NestsElements) {
  const Case kCases[] = {
      {"<a><b>x</a>", "<a><b>x</b></a>", "unclosed <b>"},
      {"<a><b><c>x</b></a>", "<a><b><c>x</c></b></a>", "unclosed <c>"},
      {"<a>x</b></a>", "<a>x</a>", "</b> without a start"},
      {"<a><b>x</c></b></a>", "<a><b>x</b></a>", "</c> without a start"},
      {"<a><Title>x</title></a>", "<a><Title>x</Title></a>", "unclosed <Title>"},
      {"<a>x<br>y<hr>z</a>", "<a>x<br/>y<hr/>z</a>", "unclosed <br>"},
      {"<a><img src='u'>y</a>", "<a><img src=\"u\"/>y</a>", "unclosed <img>"},
      {"<a><img>u</img></a>", "<a><img>u</img></a>", ""},
      {"<r><item><title>A</item><item>B</item></r>",
       "<r><item><title>A</title></item><item>B</item></r>", "unclosed <title>"},
      {"<r><item>A<item>B</item></r>", "<r><item>A</item><item>B</item></r>", "unclosed <item>"},
      {"<r><item><description>A<b>c<item>B</item></r>",
       "<r><item><description>A<b>c</b></description></item><item>B</item></r>", "unclosed <b>"},
      {"<r><item><title>A<link>u</link></item></r>",
       "<r><item><title>A</title><link>u</link></item></r>", "unclosed <title>"},
      {"<r><item><link>u<enclosure url='v'/></item></r>",
       "<r><item><link>u</link><enclosure url='v'/></item></r>", "unclosed <link>"},
      {"<rss><channel><title>A<b>c<item>B</item></channel></rss>",
       "<rss><channel><title>A<b>c</b></title><item>B</item></channel></rss>", "unclosed <b>"},
      {"<feed><x:y><entry>B</entry></x:y><z</feed>",
       "<feed><x:y><entry>B</entry></x:y><z></z></feed>", "malformed tag <z>"},
      {"<r><item>A</item></channel></r>", "<r><item>A</item></r>", "</channel> without a start"},
      // A document cut short stays open: nobody can say what was to come.
      {"<r><item><title>A</title></item><item><title>B",
       "<r><item><title>A</title></item><item><title>B", ""},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(RepairXml, EndsSectionsThatAreNotClosed) {
  const Case kCases[] = {
      {"<r><d><![CDATA[x</d><d><![CDATA[y]]></d></r>",
       "<r><d><![CDATA[x]]></d><d><![CDATA[y]]></d></r>", "unclosed CDATA section"},
      {"<r><d><![CDATA[x</d></r>", "<r><d><![CDATA[x]]></d></r>", "unclosed CDATA section"},
      {"<r><d><![CDATA[<![CDATA[x]]>]]></d></r>", "<r><d><![CDATA[x]]></d></r>",
       "nested CDATA sections"},
      {"<r><d><![CDATA[<![CDATA[<![CDATA[x]]>]]> ]]></d></r>", "<r><d><![CDATA[x]]></d></r>",
       "nested CDATA sections"},
      {"<r><d><![CDATA[ <![CDATA[x]]></d></r>", "<r><d><![CDATA[x]]></d></r>",
       "nested CDATA sections"},
      {"<r><d><![CDATA[<script>//<![CDATA[\nx//]]></script></d></r>",
       "<r><d><![CDATA[<script>//<![CDATA[\nx//]]></d></r>", "</script> without a start"},
      {"<r><d><![cdata[x]]></d></r>", "<r><d><![CDATA[x]]></d></r>", ""},
      {"<r><!-- x <item>A</item></r>", "<r>&lt;!-- x <item>A</item></r>", "unescaped '<'"},
      {"<r><!-- a -- b -->x</r>", "<r>x</r>", "malformed comment"},
      {"<r><!--> x --></r>", "<r></r>", ""},
      {"<r>x<![endif]>y</r>", "<r>xy</r>", "misplaced declaration"},
      {"<r>x<!DOCTYPE html>y</r>", "<r>xy</r>", "misplaced declaration"},
      {"<r>x<?php y ></r>", "<r>x</r>", "unclosed processing instruction"},
      {"<!DOCTYPE rss PUBLIC \"x><rss><channel/></rss>", "<rss><channel/></rss>",
       "unclosed DOCTYPE"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(RepairXml, ExpandsTheDocumentsOwnEntitiesAsText) {
  const Case kCases[] = {
      {"<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>", "<r>x</r>", ""},
      {"<!DOCTYPE r [<!ENTITY e 'x'><!ENTITY e 'y'>]><r>&e;</r>", "<r>x</r>", ""},
      {"<!DOCTYPE r [<!ENTITY nbsp '&#160;'>]><r>&nbsp;</r>", "<r>&#160;</r>", ""},
      {"<!DOCTYPE r [<!ENTITY e '<b>&f;</b>'><!ENTITY f '&amp;'>]><r>&e;</r>",
       "<r>&lt;b>&#38;&lt;/b></r>", ""},
      {"<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><r>&e;</r>", "<r></r>", ""},
      {"<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://x/'> %p;]><r>x</r>", "<r>x</r>", ""},
      {"<!DOCTYPE r SYSTEM 'http://x/y.dtd'><r>x</r>", "<r>x</r>", ""},
      {"<!DOCTYPE r [<!ENTITY e 'x'>]><r a='&e;'/>", "<r a=\"x\"/>", ""},
      {"<!DOCTYPE r [<!ENTITY e '\" b=\"<'>]><r a='&e;'/>", "<r a=\"&quot; b=&quot;&lt;\"/>", ""},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(RepairXml, StopsEntityBombs) {
  std::string laughs = "<!DOCTYPE r [<!ENTITY l0 'ha ha ha ha'>";
  for (int i = 1; i < 8; ++i) {
    absl::StrAppend(&laughs, "<!ENTITY l", i, " '");
    for (int k = 0; k < 20; ++k) absl::StrAppend(&laughs, "&l", i - 1, ";");
    absl::StrAppend(&laughs, "'>");
  }
  const std::string quadratic = absl::StrCat("<!DOCTYPE r [<!ENTITY a '", std::string(100'000, 'a'),
                                             "'>]><r>&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;</r>");
  for (const std::string& bomb :
       {laughs + "]><r>&l7;</r>", quadratic,
        std::string("<!DOCTYPE r [<!ENTITY a '&b;'><!ENTITY b '&a;'>]><r>&a;</r>"),
        std::string("<!DOCTYPE r [<!ENTITY a '&a;'>]><r b='&a;'/>")}) {
    const RepairedXml repaired = RepairXml(bomb);
    EXPECT_TRUE(repaired.entity_bomb) << bomb.substr(0, 100);
    EXPECT_LE(repaired.text.size(), 2 * kMaxEntityBytes);
  }
}

TEST(RepairXml, BoundsDepthAttributesAndSections) {
  std::string deep = "<r>", closes = "</r>";
  for (int i = 0; i < 1'000; ++i) {
    deep += "<b>";
    closes.insert(0, "</b>");
  }
  const RepairedXml nested = RepairXml(absl::StrCat(deep, "x", closes, "<c/>"));
  EXPECT_TRUE(absl::StartsWith(nested.first_fault, "elements nested too deep"));
  EXPECT_EQ(nested.text.size(), std::string("<r></r>x").size() + (kMaxXmlDepth - 1) * 7);

  std::string tag = "<a";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&tag, " b", i, "='1'");
  const std::string few = RepairXml(tag + "/>").text;
  EXPECT_TRUE(absl::StrContains(few, " b63=\"1\"/>")) << few;

  const std::string body(std::size_t{5} << 20, 'x');
  const RepairedXml sections = RepairXml(absl::StrCat("<a><![CDATA[", body, "]]></a>"));
  EXPECT_EQ(sections.first_fault, "");
  EXPECT_TRUE(absl::StrContains(sections.text, "]]><![CDATA["));
  EXPECT_LT(sections.text.size(), body.size() + 1'000);
}

// What makes naive repair search the rest of the text again and again.
TEST(RepairXml, TakesLinearTime) {
  const auto repeated = [](absl::string_view unit) {
    std::string text = "<rss>";
    while (text.size() < (std::size_t{1} << 20)) text.append(unit.data(), unit.size());
    return text;
  };
  for (const char* unit :
       {"<!--",      "<![CDATA[", "<?",      "<!DOCTYPE [",     "<!DOCTYPE '", "<a b=\"",
        "<a b='x>",  "<a ",       "</a",     "</rss>",          "<item>",      "<a>",
        "&",         "&amp",      "<a b=&",  "<![CDATA[</rss>", "<",           "<!ENTITY",
        "<a b='&&&", "\xC2",      "\xEF\xBF"}) {
    const RepairedXml repaired = RepairXml(repeated(unit));
    EXPECT_LT(repaired.text.size(), std::size_t{16} << 20) << unit;
    RepairXml(absl::StrCat("<!DOCTYPE r [", repeated(unit)));
  }
}

}  // namespace
}  // namespace dateline::ingestion::decode
