#include "common/html/tag_survey.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace dateline::html {
namespace {

std::string Repeat(absl::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) absl::StrAppend(&out, text);
  return out;
}

// End tags that a parser does not see, or ignores, close nothing.
TEST(SurveyTags, FindsWhatOnlySeemsClosed) {
  for (const char* unit : {
           "<div>",
           "<x>",
           "<x></y>",
           "<b><i></b>",
           "<optgroup>",
           "<font size=1><p>",
           "<div><!--</div>-->",
           "<div><!-- > --!</div>-->",
           "<div><?</div>",
           "<div><! a=\"</div>",
           "<div></ </div>",
           "<span><p></span></p>",
           "<b><div></b></div>",
           "<i a==\"><div>\"></i>",
           "<i a=\"</i>\">",
           "<i a='</i>' b>",
           "<div><textarea></div></textarea>",
           "<div><TITLE></div></tItLe >",
           "<div><script></div></script>",
           "<div><script></scriptx></div></script>",
           "<div><iframe></div></iframe>",
           "<div><script><!--<script></script></div>--></script>",
           "<div><object></div>",
           "<div><table><tr><td></div>",
           "<div><select></div>",
           "<ul><li></ol>",
           "<svg><desc><g/>",
           "<math><mi><x/>",
           "<svg><desc><x/>",
           "<svg><desc><b></svg>",
           "<svg><a><desc><div></svg>",
           "<math><mtext><style><!--</style><a>",
           "<svg><x><![CDATA[ > <!-- ]]>",
           "<p><svg></p><style><!--</style><a>",
           "<select><svg></select><style><!--</style><a>",
           "<select><script><!--</script></select><i>",
           "<p a><button><p b>",
       }) {
    EXPECT_TRUE(SurveyTags(Repeat(unit, 2'000)).out_of_proportion) << unit;
  }
  EXPECT_TRUE(SurveyTags(absl::StrCat("<select><style></select>", Repeat("<div>", 2'000)))
                  .out_of_proportion);
  // All of it is foreign to the parser of a fragment.
  EXPECT_TRUE(SurveyTags(absl::StrCat("<math><table>", Repeat("<p>x", 2'000))).out_of_proportion);
  EXPECT_FALSE(SurveyTags(absl::StrCat("<math><table></table></math><svg/>", Repeat("<p>x", 2'000)))
                   .out_of_proportion);
  EXPECT_TRUE(SurveyTags(absl::StrCat("<p", Repeat(" a", 2'000), ">")).out_of_proportion);
  EXPECT_TRUE(
      SurveyTags(absl::StrCat(Repeat("<x>", 900), Repeat("</y>", 30'000))).out_of_proportion);
  EXPECT_TRUE(SurveyTags(absl::StrCat("<p", Repeat("/a=''", 2'000), ">")).out_of_proportion);
}

// An end tag that is not there is looked for once, else this would take an hour.
TEST(SurveyTags, TakesTimeThatGrowsWithLengthOnly) {
  for (const char* tag : {"<script>", "<style>"}) {
    const TagSurvey survey = SurveyTags(absl::StrCat("<svg><desc>", Repeat(tag, 200'000)));
    EXPECT_FALSE(survey.out_of_proportion);
    EXPECT_EQ(survey.edits.size(), 200'000u) << tag;
  }
}

// Long articles of every kind are parsed as they are.
TEST(SurveyTags, LetsLongArticlesPass) {
  for (const char* unit : {
           "<p>x",
           "<p>x</p>",
           "<p><b>x</b><p>",
           "<ul><li>x<li>y</ul>",
           "<li>x",
           "<dl><dt>x<dd>y</dl>",
           "<a href=/x>y",
           "<img src=x><br><hr>",
           "<div><span>x</span></div>",
           "<table><tr><td>x<td>y</table>",
           "<table><tr><td><b>x</table>",
           "<object><param><embed></object>",
           "<select><option>x<option>y</select>",
           "<svg><g><path/><path/></g><title>x</title></svg>",
           "<svg><style>g{}</style><g/></svg>",
           "<math><semantics><mi>n</mi><mspace/><annotation>n</annotation></semantics></math>",
           "<ruby>x<rt>y</rt></ruby>",
           "<!-- <div> -->",
           "<script>'<div>'</script>",
           "<style><!-- <div> --></style>",
           "<div><textarea></div></textarea></div>",
           "<my-tag>x</my-tag>",
           "a < b <3 </> <",
           "<p title='<div>'>",
           "<p title=<div>",
           "<button>x</button>",
       }) {
    EXPECT_FALSE(SurveyTags(Repeat(unit, 2'000)).out_of_proportion) << unit;
  }
}

TEST(SurveyTags, FindsTheEndsOfForms) {
  const TagSurvey survey = SurveyTags("<form>x</form><!--</form>--><i t='</form>'></FORM >");
  ASSERT_EQ(survey.edits.size(), 2u);
  EXPECT_EQ(survey.edits[0].at, 7u);
  EXPECT_EQ(survey.edits[1].at, 43u);
}

TEST(SurveyTags, TakesAnyBytes) {
  for (const char* html :
       {"",         "<",          "</",        "</a",           "<a",   "<a b",
        "<a b=",    "<a b='",     "<!",        "<!-",           "<!--", "<!---",
        "<!--->",   "<!-- -",     "<!-- --",   "<!-- --!",      "<?",   "<script",
        "<script>", "<script></", "<![CDATA[", "<title></title"}) {
    EXPECT_FALSE(SurveyTags(html).out_of_proportion) << html;
  }
}

}  // namespace
}  // namespace dateline::html
