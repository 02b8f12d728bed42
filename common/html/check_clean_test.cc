#include "common/html/check_clean.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

// A text and the beginning of the message that refuses it.
struct Refused {
  std::string html;
  const char* message;
};

template <size_t kRows>
void ExpectRefused(const Refused (&rows)[kRows]) {
  for (const Refused& row : rows) {
    SCOPED_TRACE(row.html);
    const absl::Status status = CheckClean(row.html, TestOptions());
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(absl::StartsWith(status.message(), row.message)) << status.message();
    EXPECT_LE(status.message().size(), 256u);
  }
}

TEST(CheckClean, AcceptsWhatTheCleanerWrites) {
  const char* const accepted[] = {
      "",
      "a &lt; b &amp; c&nbsp;&quot;d&quot; \xC3\xA9",
      "<p>a<br>b <em>c</em></p>",
      "<a href=\"https://b.example/?a=1&amp;b=2\">x</a><a href=\"#note\">y</a>",
      "<a href=\"#user-content-n%C3%A9\">x</a><p id=\"user-content-n\u00E9\">y</p>",
      "<pre>\n\nx</pre><pre>x\n</pre>",
      "<p>x <math alttext=\"a\" display=\"block\"><msup><mi>x</mi><mn>2</mn></msup></math></p>",
      "<table><thead><tr><th scope=\"col\">x</th></tr></thead></table>",
      ("<iframe src=\"https://www.youtube.com/embed/x\" "
       "sandbox=\"allow-scripts allow-same-origin allow-popups allow-presentation\" "
       "loading=\"lazy\"></iframe>"),
      "<video controls=\"\"><source src=\"https://b.example/v.mp4\"></video>",
      "<p style=\"text-align: center; color: rgb(1,2,3)\">x</p>",
  };
  for (const char* html : accepted) {
    SCOPED_TRACE(html);
    EXPECT_EQ(CheckClean(html, TestOptions()), absl::OkStatus());
    EXPECT_EQ(CleanHtml(html, TestOptions()).html, html);
  }
}

TEST(CheckClean, RefusesElementsOffTheList) {
  ExpectRefused({
      {"a<script>alert(1)</script>", "byte 1: an element that is not allowed, \"script\""},
      {"<SCRIPT>alert(1)</SCRIPT>", "byte 0: an element that is not allowed, \"SCRIPT\""},
      {"<P>x</P>", "byte 0: an element that is not allowed, \"P\""},
      {"<svg></svg>", "byte 0: an element"},
      {"<x-y></x-y>", "byte 0: an element"},
      {"<center>x</center>", "byte 0: an element"},
      {"<style>p{}</style>", "byte 0: an element"},
      {"<" + std::string(1'000, 'x') + ">", "byte 0: an element"},
      {"<!-- x -->", "byte 0: a comment"},
      {"<!doctype html>", "byte 0: a comment"},
      {"<?xml version=\"1.0\"?>", "byte 0: a comment"},
      {"<![CDATA[x]]>", "byte 0: a comment"},
  });
}

TEST(CheckClean, RefusesFormulasOfOtherForms) {
  ExpectRefused({
      {"<math></math>", "byte 0: a formula with more than"},
      {"<math><mi>x</mi>", "byte 0: a formula"},
      {"x<math><mi>x</mi> </math>", "byte 1: a formula"},
      {"<math>x</math>", "byte 0: a formula"},
      {"<math><mi><b>x</b></mi></math>", "byte 0: a formula"},
      {"<math><mi href=\"https://b.example/\">x</mi></math>", "byte 0: a formula"},
      {"<math hidden=\"\"><mi>x</mi></math>", "byte 0: a formula"},
      {"<math><annotation-xml><p>x</p></annotation-xml></math>", "byte 0: a formula"},
      {"<math><mtext><style>x</style></mtext></math>", "byte 0: a formula"},
      {"<math><mi>x<math><mi>y</mi></math></mi></math>", "byte 0: a formula"},
      {"<math><mi>x</mi></math><mi>y</mi>", "byte 23: an element that may not stand"},
      {"<table><math><mi>x</mi></math></table>", "byte 7: an element that may not stand"},
  });
}

TEST(CheckClean, RefusesAttributesOffTheList) {
  ExpectRefused({
      {"<p onclick=\"alert(1)\">x</p>", "byte 3: an attribute that is not allowed, \"onclick\""},
      {"<img src=\"https://b.example/i\" onerror=\"x\">", "byte 31: an attribute"},
      {"<p id=\"x\">x</p>", "byte 3: a value"},
      {"<p id=\"user-content-x\">x</p>", "byte 3: an id that no link leads to"},
      {"<a href=\"#user-content-x\">x</a>", "byte 3: a link to an id that is not there"},
      {"<a href=\"#x\">x</a><p id=\"user-content-x\">x</p>", "byte 21: an id that no link"},
      {"<a href=\"#x\">x</a><a href=\"#user-content-x\">x</a><p id=\"user-content-x\">x</p>",
       "byte 3: a link without the prefix"},
      {"<a href=\"#user-content-x\">x</a><p id=\"user-content-x\">x</p><p "
       "id=\"user-content-x\">x</p>",
       "byte 62: a repeated id"},
      {"<a href=\"#user-content-user-content-x\">x</a>", "byte 3: a value"},
      {"<p id=\"user-content-x y\">x</p>", "byte 3: a value"},
      {"<p title=x>x</p>", "byte 8: an attribute without a quoted value"},
      {"<p title='x'>x</p>", "byte 8: an attribute without"},
      {"<p title>x</p>", "byte 8: an attribute without"},
      {"<p title = \"x\">x</p>", "byte 8: an attribute without"},
      {"<p title=\"x\"lang=\"en\">x</p>", "byte 12: a start tag that does not end here"},
      {"<p  title=\"x\">x</p>", "byte 3: an attribute"},
      {"<p/title=\"x\">x</p>", "byte 2: a start tag"},
      {"<p\ntitle=\"x\">x</p>", "byte 2: a start tag"},
      {"<p title=\"x\" title=\"y\">x</p>", "byte 13: a repeated attribute \"title\""},
      {"<p TITLE=\"x\">x</p>", "byte 3: an attribute"},
      {"<p title=\"x", "byte 3: an attribute whose value does not end, \"title\""},
      {"<p title=\"<b>\">x</p>", "byte 10: a character that is not written as &lt;"},
      {"<p style=\"position: fixed\">x</p>", "byte 3: a value that is not allowed, of style:"},
      {"<p style=\"color:red\">x</p>", "byte 3: a value"},
      {"<ol reversed=\"reversed\"></ol>", "byte 4: a value"},
      {"<a href=\"https://b.example/\" target=\"_top\">x</a>", "byte 29: an attribute"},
      {"<audio src=\"https://b.example/a\">x</audio>", "byte 0: without the attributes"},
      {"<audio controls=\"\" src=\"https://b.example/a\">x</audio>", "byte 19: an attribute out"},
      {"<a href=\"https://b.example/\" rel=\"opener\">x</a>", "byte 0: without the attributes"},
  });
}

TEST(CheckClean, RefusesAddressesThatAreNotHttp) {
  const char* const addresses[] = {
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      " javascript:alert(1)",
      "java\nscript:alert(1)",
      "java\tscript:alert(1)",
      "\njavascript:alert(1)",
      "javascript&amp;colon;alert(1)\tx",
      "data:text/html,&lt;script&gt;",
      "vbscript:x",
      "file:///etc/passwd",
      "//b.example/x",
      "/x",
      "https:/b.example/",
      "HTTPS://b.example/",
      "https://b.example",
      "https://b.example/a b",
      "https://b.example/../x",
      "https://B.example/",
      "",
  };
  for (const char* address : addresses) {
    const std::string attribute = absl::StrCat("=\"", address, "\"");
    ExpectRefused({
        {absl::StrCat("<a href", attribute, ">x</a>"), "byte 3: a value that is not allowed, of"},
        {absl::StrCat("<img src", attribute, ">"), "byte 5: a value that is not allowed, of src"},
        {absl::StrCat("<q cite", attribute, ">x</q>"), "byte 3: a value that is not allowed"},
    });
  }
  ExpectRefused({
      {"<a href=\"&#106;avascript:x\">x</a>", "byte 9: a character that is not written as &amp;"},
      {"<a href=\"javascript&colon;x\">x</a>", "byte 19: a character that is not written"},
      {"<a href=\"java\x01script:x\">x</a>", "byte 13: a control character"},
      {"<a>x</a>", "byte 0: an element without an address"},
      {"<img alt=\"x\">", "byte 0: an element without an address"},
      {"<img src=\"#x\">", "byte 5: a value"},
      {"<img srcset=\"data:x 1x\">", "byte 5: a value"},
      {"<img src=\"https://b.example/twemoji/1.png\" alt=\"x\">", "byte 0: a picture that stands"},
      {"<img srcset=\"https://b.example/i 1x\">", "byte 0: an element without an address"},
      {"<img src=\"https://b.example/i\" width=\"1\" height=\"1\">", "byte 0: a picture that"},
  });
}

TEST(CheckClean, RefusesFramesAndPlayersThatTheCleanerWouldNotWrite) {
  const std::string forced =
      absl::StrCat(" sandbox=\"allow-scripts allow-same-origin allow-popups allow-presentation\"",
                   " loading=\"lazy\"");
  ExpectRefused({
      {"<iframe src=\"https://b.example/\"" + forced + "></iframe>", "byte 0: an element without"},
      {"<iframe src=\"http://www.youtube.com/embed/x\"" + forced + "></iframe>",
       "byte 0: an iframe that is not https"},
      {"<iframe src=\"https://www.youtube.com/embed/x\"></iframe>", "byte 0: without the attrib"},
      {"<iframe" + forced + "></iframe>", "byte 0: an element without"},
      {"<iframe src=\"https://www.youtube.com/embed/x\"" + forced + "><b></b></iframe>",
       "byte 135: an iframe with content"},
      {"<video controls=\"\">x</video>", "byte 20: a player with nothing to play"},
      {"<video controls=\"\"><p><source src=\"https://b.example/v\"></p></video>",
       "byte 22: an element that may not stand here"},
  });
}

TEST(CheckClean, RefusesBrokenNesting) {
  std::string deep, deep_end;
  for (int i = 0; i < 65; ++i) {
    absl::StrAppend(&deep, "<b>");
    absl::StrAppend(&deep_end, "</b>");
  }
  ExpectRefused({
      {"<p>x", "byte 4: no end tag of the element \"p\""},
      {"x</p>", "byte 1: an end tag that closes nothing \"p\""},
      {"<b><i>x</b></i>", "byte 7: an end tag that closes nothing \"b\""},
      {"<br></br>", "byte 4: an end tag"},
      {"<br/>", "byte 3: a start tag"},
      {"<p>x</p >", "byte 7: an end tag with more than its name"},
      {"<p>x</P>", "byte 4: an end tag"},
      {"<p><p>x</p></p>", "byte 3: an element that may not stand here"},
      {"<p><div>x</div></p>", "byte 3: an element that may not stand here"},
      {"<li><b><li>x</li></b></li>", "byte 7: an element that may not stand here"},
      {"<tr></tr>", "byte 0: an element that may not stand here"},
      {"<table>x</table>", "byte 7: text directly in the element \"table\""},
      {"<table> </table>", "byte 7: text directly"},
      {"<table><tr></tr></table>", "byte 7: an element that may not stand here"},
      {"<pre>\nx</pre>", "byte 5: a single line feed behind <pre>"},
      {deep + deep_end, "byte 192: an element that may not stand here or is nested too deeply"},
      {"<", "byte 0: a comment, a declaration"},
      {"<b", "byte 2: a start tag"},
      {"</", "byte 0: an end tag"},
      {"<b>x</b", "byte 7: an end tag"},
  });
  EXPECT_EQ(CheckClean(deep.substr(3) + deep_end.substr(4), TestOptions()), absl::OkStatus());
}

TEST(CheckClean, RefusesTextThatIsNotEscaped) {
  ExpectRefused({
      {"a < b", "byte 2: a comment, a declaration or a \"<\""},
      {"a > b", "byte 2: a character that is not written as &gt;"},
      {"a & b", "byte 2: a character that is not written as &amp;"},
      {"a &#60; b", "byte 2: a character that is not written as &amp;"},
      {"a &copy; b", "byte 2: a character that is not written as &amp;"},
      {"a &amp b", "byte 2: a character that is not written as &amp;"},
      {"a \"b\"", "byte 2: a character that is not written as &quot;"},
      {"a\xC2\xA0", "byte 1: a character that is not written as &nbsp;"},
      {std::string("a\0b", 3), "byte 1: a control character"},
      {"a\r\nb", "byte 1: a control character"},
      {"a\xC2\x85", "byte 1: a control character"},
      {"a\xEF\xBF\xBE", "byte 1: a control character, a noncharacter"},
      {"a\xFF", "byte 1: a control character, a noncharacter or no UTF-8"},
      {"a\xC3", "byte 1: a control"},
  });
  EXPECT_EQ(CheckClean("a\xEF\xBF\xBD", TestOptions()), absl::OkStatus());
}

TEST(CheckClean, KeepsToTheBoundsOfTheOptions) {
  CleanOptions options;
  options.max_output_bytes = 7;
  EXPECT_EQ(CheckClean("<b></b>", options), absl::OkStatus());
  EXPECT_EQ(CheckClean("<b>x</b>", options).message(), "byte 7: the text is too long");
  options = CleanOptions();
  options.max_depth = 1;
  EXPECT_EQ(CheckClean("<b>x</b>", options), absl::OkStatus());
  EXPECT_FALSE(CheckClean("<b><i>x</i></b>", options).ok());
  // Without a base an address may be relative.
  EXPECT_EQ(CheckClean("<img src=\"/i.png\">", options), absl::OkStatus());
  EXPECT_FALSE(CheckClean("<img src=\"//b.example/i.png\">", options).ok());
  EXPECT_EQ(CheckClean("<a href=\"https://b.example/\" rel=\"noopener noreferrer\">x</a>", options),
            absl::OkStatus());
  EXPECT_FALSE(CheckClean("<a href=\"https://b.example/\">x</a>", options).ok());
}

// What the cleaner writes is accepted, and what is accepted it writes again, whatever comes in.
TEST(CheckClean, AgreesWithTheCleanerOnRandomHtml) {
  const char* const pieces[] = {
      "<p>",
      "</p>",
      "<b>",
      "</b>",
      "<a href=\"https://b.example/\">",
      "<a href=/x>",
      "</a>",
      "<table>",
      "<tbody>",
      "<tr>",
      "<td>",
      "</td>",
      "</tr>",
      "</tbody>",
      "</table>",
      "<ul>",
      "<li>",
      "</li>",
      "</ul>",
      "<pre>",
      "</pre>",
      "\n",
      "x",
      " ",
      "&amp;",
      "&nbsp;",
      "&",
      "<",
      "\"",
      "<br>",
      "<img src=\"https://b.example/i.png\">",
      "<script>",
      "</script>",
      "<!--",
      "-->",
      "<video controls=\"\">",
      "<source src=\"https://b.example/v\">",
      "</video>",
      "<picture>",
      "</picture>",
      "<p style=\"text-align: left\">",
      "<ruby>",
      "<rt>",
      "</rt>",
      "</ruby>",
      "<h1>",
      "</h1>",
      "<div hidden>",
      "<div>",
      "</div>",
      "<svg>",
      "</svg>",
      "\xC3",
      "\xC2\xA0",
      "<dd>",
      "<center>",
      "<q cite=\"https://b.example/?a&amp;b\">",
      "</q>",
      "<iframe>",
      "<noscript>",
  };
  std::minstd_rand random(1);
  CleanOptions options = TestOptions();
  int accepted = 0;
  for (int run = 0; run < 5'000; ++run) {
    std::string html;
    for (size_t i = random() % 12; i > 0; --i) html += pieces[random() % std::size(pieces)];
    if (run % 2 == 0) options.base_url.clear();
    SCOPED_TRACE(html);
    const CleanResult cleaned = CleanHtml(html, options);
    EXPECT_EQ(CheckClean(cleaned.html, options), absl::OkStatus()) << cleaned.html;
    if (!CheckClean(html, options).ok()) continue;
    ++accepted;
    EXPECT_EQ(cleaned.html, html);
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace dateline::html
