#include "common/html/text_runs.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/html/clean.h"

namespace dateline::html {
namespace {

constexpr char kLong[] = "The harbour opened again on Thursday, said \"Mr O'Neil\" of the port.";

CleanResult Clean(absl::string_view html) {
  CleanOptions options;
  options.base_url = "https://a.example/d/p";
  return CleanHtml(html, options);
}

// Cleans `html` with `kLong` for each @, as it is and with its runs kept in the document.
std::string SameWithoutRuns(absl::string_view html) {
  const std::string document = absl::StrReplaceAll(html, {{"@", kLong}});
  const CleanResult with = Clean(document);
  const CleanResult without = Clean(absl::StrCat("<!--\xEE\x80\x80-->", document));
  EXPECT_EQ(with.html, without.html) << html;
  EXPECT_EQ(with.text, without.text) << html;
  EXPECT_EQ(with.word_count, without.word_count) << html;
  return with.html;
}

TEST(TextRuns, AreCleanedAsIfTheParserHadReadThem) {
  constexpr const char* kCases[] = {
      "@",
      " @ @ ",
      "<p>@</p><p>@ &amp; @</p>",
      "<p>a\xC2\xA0@\xC2\xA0@</p>",
      "\n<pre>\n@\n\n@</pre>",
      "<table>@<tr>@<td>@</td></tr></table>",
      "<table><caption>@</caption><colgroup>@</table>",
      "<b>@<p>@</b>@</p>@",
      "<a href=/1>@<a href=/2>@",
      "@<!-- @ -->@",
      "<!-- @ --!>@-->",
      "@ < @ > @ <3 @",
      "<script>@<b>@</script>@",
      "<title>@</title><textarea>@</textarea><style>@</style>@",
      "<select><option>@</select>@",
      "<svg><title>@</title><text>@</text></svg>@",
      "<math alttext=x><mi>@</mi></math>@",
      "<p title=\"@\">@</p>",
      "<p title='a > @'>@</p>",
      "<img alt=\"@\" src=i.png>@",
      "<p x=@>@",
      "<isindex prompt=\"@\">@",
      "<iframe>@</iframe>@<noscript>@</noscript>",
      "<![CDATA[@]]>@",
      "</ @>@",
      "<plaintext>@<p>@",
      "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 @ \xE4\xB8\xAD\xE6\x96\x87 @",
      "\xEF\xBB\xBF@ \xF0\x9F\x98\x80@ \x7F@",
  };
  for (const char* html : kCases) SameWithoutRuns(html);
  EXPECT_EQ(
      SameWithoutRuns("<p>x @</p>"),
      "<p>x The harbour opened again on Thursday, said &quot;Mr O'Neil&quot; of the port.</p>");
}

TEST(TextRuns, StayWhereTheDocumentHasTheirCharacters) {
  // The private-use character and references to it are what the document says, and no run.
  for (const char* written : {"\xEE\x80\x80", "&#xE000;", "&#57344;", "&#x00e000", "&#057344;"}) {
    const std::string html =
        Clean(absl::StrCat("<p>", kLong, "</p><p title=\"", written, "\">", written, "</p>")).html;
    EXPECT_EQ(html,
              "<p>The harbour opened again on Thursday, said &quot;Mr O'Neil&quot; of the port.</p>"
              "<p title=\"\xEE\x80\x80\">\xEE\x80\x80</p>")
        << written;
  }
  EXPECT_EQ(Clean(absl::StrCat("<p>&#xF000;", kLong, "</p>")).text,
            absl::StrCat("\xEF\x80\x80", kLong));
}

TEST(TextRuns, AreAsManyAsThereAreCharactersForThem) {
  std::string document;
  for (size_t i = 0; i < TextRuns::kMost + 10; ++i) {
    absl::StrAppend(&document, "<p>", i, " ", kLong, "</p>");
  }
  const std::string html = SameWithoutRuns(document);
  EXPECT_NE(html.find("<p>4095 The harbour"), std::string::npos);
  EXPECT_NE(html.find("<p>4105 The harbour"), std::string::npos);
}

}  // namespace
}  // namespace dateline::html
