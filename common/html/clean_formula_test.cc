#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

// Formulas of MathML: the elements that say how they look stay, all else is text or goes.
constexpr CleanCase kCases[] = {
    {"<p>Let <math><mi>x</mi><mo>=</mo><mn>1</mn></math>.</p>",
     "<p>Let <math><mi>x</mi><mo>=</mo><mn>1</mn></math>.</p>"},
    {"<math display=block xmlns='http://www.w3.org/1998/Math/MathML' "
     "class=x><mfrac><mn>1</mn><msup>"
     "<mi mathvariant=normal>x</mi><mn>2</mn></msup></mfrac></math>",
     "<math display=\"block\"><mfrac><mn>1</mn><msup><mi mathvariant=\"normal\">x</mi><mn>2</mn>"
     "</msup></mfrac></math>"},
    {"<math><munderover><mo movablelimits=false>&sum;</mo><mrow><mi>i</mi></mrow><mi>n</mi>"
     "</munderover></math>",
     "<math><munderover><mo movablelimits=\"false\">\u2211</mo><mrow><mi>i</mi></mrow><mi>n</mi>"
     "</munderover></math>"},
    {"<math><mtable columnalign='left right'><mtr><mtd colspan=2 "
     "columnspan=2><mi>a</mi></mtd></mtr>"
     "</mtable></math>",
     "<math><mtable columnalign=\"left right\"><mtr><mtd columnspan=\"2\"><mi>a</mi></mtd></mtr>"
     "</mtable></math>"},
    {"<math>\n <msqrt> <mi> x </mi> </msqrt>\n <mo>&lt;</mo> <mi>&amp;</mi> </math>",
     "<math><msqrt><mi>x</mi></msqrt><mo>&lt;</mo><mi>&amp;</mi></math>"},
    // Its source or its alternative text stands in one attribute.
    {"<math><semantics><mi>n</mi><annotation encoding=\"application/x-tex\">n^2</annotation>"
     "</semantics></math>",
     "<math alttext=\"n^2\"><mi>n</mi></math>"},
    {"<math alttext=' a&lt;\"b '><mi>a</mi></math>",
     "<math alttext=\"a&lt;&quot;b\"><mi>a</mi></math>"},
    {"<math><annotation encoding=tex>n^2</annotation></math>", "n^2"},
    {"<math alttext=a></math>", "a"},
    {"<math><semantics><mi>x</mi><annotation-xml "
     "encoding='MathML-Content'><ci>x</ci></annotation-xml>"
     "</semantics></math>",
     "<math><mi>x</mi></math>"},
    {"<math><msup><semantics>x<annotation>y</annotation></semantics><semantics/></msup></math>",
     "<math><msup><mtext>x</mtext><mtext></mtext></msup></math>"},
    // What is not listed is text, in its place among those that count by their place.
    {"<math>a<foo>b<bar>c</bar></foo><apply><ci>d</ci></apply></math>",
     "<math><mtext>a</mtext><mtext>bc</mtext><mtext>d</mtext></math>"},
    {"<math><mtext>if <em>x</em> is<script>no</script></mtext><mi>y</mi></math>",
     "<math><mtext>if x is</mtext><mi>y</mi></math>"},
    {"<math><mfrac><mphantom><mi>x</mi></mphantom><mi>y</mi></mfrac></math>",
     "<math><mfrac><mrow></mrow><mi>y</mi></mfrac></math>"},
    {"<math><mi>a</mi><mspace width=1em /><mspace width=-1em /><mspace/><mi>b</mi></math>",
     "<math><mi>a</mi><mtext>&nbsp;</mtext><mrow></mrow><mrow></mrow><mi>b</mi></math>"},
    {"<math><maction actiontype=toggle><mi>a</mi><mi>b</mi></maction></math>",
     "<math><mi>a</mi></math>"},
    {"<math><mtext>a<math><mi>b</mi></math></mtext></math>", "<math><mtext>ab</mtext></math>"},
    {"<math><msup><mi>x</mi><none></none></msup></math>",
     "<math><msup><mi>x</mi><none></none></msup></math>"},
    // Nothing to show.
    {"<math></math>x", "x"},
    {"<math><mrow><mi> </mi></mrow></math>x", "x"},
    {"<math hidden><mi>n</mi></math>y", "y"},
    {"<math style='display:none'><mi>n</mi></math>y", "y"},
    {"<math><mrow hidden><mi>n</mi></mrow><mi>y</mi></math>", "<math><mi>y</mi></math>"},
    // Nothing active, and nothing that another parser reads otherwise.
    {"<math><mi href=javascript:alert(1) onclick=alert(1) style='color:red' id=x>x</mi></math>",
     "<math><mi>x</mi></math>"},
    {"<math><maction actiontype='statusline#http://e.test' "
     "xlink:href='javascript:alert(1)'><mi>x</mi>"
     "</maction></math>",
     "<math><mi>x</mi></math>"},
    {"<math><mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></mtext><mi>x</mi>",
     "<math><mtext></mtext><mi>x</mi></math>"},
    {"<math><mi><svg><style>&lt;img src=x onerror=alert(1)&gt;</style></svg>x</mi></math>",
     "<math><mi>x</mi></math>"},
    {"<math><mi>&lt;/mi&gt;&lt;img src=x onerror=alert(1)&gt;</mi></math>",
     "<math><mi>&lt;/mi&gt;&lt;img src=x onerror=alert(1)&gt;</mi></math>"},
    {"<math><mtext><![CDATA[<img src=x "
     "onerror=alert(1)>]]></mtext><ms><![CDATA[</math>]]></ms></math>",
     "<math><mtext>&lt;img src=x onerror=alert(1)&gt;</mtext><ms>&lt;/math&gt;</ms></math>"},
    {"<math><mtext></p><img src=i></mtext><mi>x", "<math><mtext></mtext><mi>x</mi></math>"},
    // Out of its place.
    {"<p>a <mi>x</mi><mfrac>y</mfrac></p>", "<p>a xy</p>"},
    {"<table><tr><math><mi>x</mi></math><td>a</table>",
     "<math><mi>x</mi></math><table><tbody><tr><td>a</td></tr></tbody></table>"},
    {"<a href=/b><b><math><mi>x</mi></math></b></a>",
     "<a href=\"https://a.example/b\"><b><math><mi>x</mi></math></b></a>"},
};

TEST(CleanHtml, KeepsFormulas) { ExpectCleans(kCases); }

TEST(CleanHtml, TakesTheTextOfFormulas) {
  constexpr CleanCase kTexts[] = {
      {"a <math><mi>x</mi><mo>=</mo><mn>1</mn></math>b", "a x=1b"},
      {"a<math display=block><mi>x</mi></math>b", "a\nx\nb"},
      {"<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "1 2"},
      {"a<math><mfrac> <mn>1</mn> <!-- c --> <mn>2</mn> </mfrac></math>", "a1 2"},
      {"<math><mtable><mtr><mtd><mi>a</mi><mi>b</mi></mtd><mtd><mi>c</mi></mtd></mtr></mtable></"
       "math>",
       "ab c"},
      {"<math alttext='x^2'><mi>x</mi></math>", "x^2"},
      {"<video src=v>a<math><mi>x</mi></math></video>b", "b"},
  };
  for (const CleanCase& c : kTexts) {
    SCOPED_TRACE(c.input);
    const CleanResult once = CleanHtml(c.input, TestOptions());
    EXPECT_EQ(once.text, c.expected);
    ExpectSettled(once, TestOptions());
  }
}

TEST(CleanHtml, MakesDeepPartsOfFormulasText) {
  std::string deep = "<math>";
  for (int i = 0; i < 300; ++i) absl::StrAppend(&deep, "<mrow>");
  absl::StrAppend(&deep, "<mfrac><mi>x</mi><mi>y</mi></mfrac>");
  const CleanResult once = CleanHtml(deep, TestOptions());
  EXPECT_EQ(once.text, "xy");
  EXPECT_NE(once.html.find("<mtext>xy</mtext>"), std::string::npos) << once.html;
  ExpectSettled(once, TestOptions());
}

TEST(CleanHtml, CutsNoFormula) {
  CleanOptions options = TestOptions();
  options.max_output_bytes = 40;
  const CleanResult once =
      CleanHtml("<p>abc <math><mi>x</mi><mo>=</mo><mn>1</mn></math> d</p>", options);
  EXPECT_EQ(once.html, "<p>abc </p>");
  EXPECT_TRUE(once.truncated);
  ExpectSettled(once, options);
}

}  // namespace
}  // namespace dateline::html
