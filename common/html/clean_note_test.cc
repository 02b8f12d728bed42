#include <gtest/gtest.h>

#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

// Links within the text lead somewhere; ids that no link leads to are left out, and those that stay
// are no names of the page that shows the text.
constexpr CleanCase kCases[] = {
    {"<p>a<sup id=fnref1><a href=#fn1>1</a></sup></p><ol><li id=fn1>n <a href=#fnref1>^</a></ol>",
     "<p>a<sup id=\"user-content-fnref1\"><a href=\"#user-content-fn1\">1</a></sup></p><ol><li "
     "id=\"user-content-fn1\">n <a href=\"#user-content-fnref1\">^</a></li></ol>"},
    // What Markdown, Word, old pages and others write.
    {"<a href=\"#fn:1\" id=\"fnref:1\">1</a><p id=\"fn:1\"><a href=\"#fnref%3A1\">^</a></p>",
     "<a href=\"#user-content-fn:1\" id=\"user-content-fnref:1\">1</a><p "
     "id=\"user-content-fn:1\"><a "
     "href=\"#user-content-fnref%3A1\">^</a></p>"},
    {"<a name=_ftnref1 href=#_ftn1>[1]</a><p><a name=_ftn1 href=#_ftnref1>[1]</a> n</p>",
     "<a href=\"#user-content-_ftn1\" id=\"user-content-_ftnref1\">[1]</a><p><a "
     "href=\"#user-content-_ftnref1\" id=\"user-content-_ftn1\">[1]</a> n</p>"},
    {"<a href=#n1>1</a><p><a name=n1 hreflang=en>*</a> n</p><p><a id=n1></a></p>",
     "<a href=\"#user-content-n1\">1</a><p><span id=\"user-content-n1\">*</span> n</p><p><span>"
     "</span></p>"},
    {"<a href=#\u00E9>1</a><a href=#%C3%A9>2</a><p id=\u00E9>n</p>",
     "<a href=\"#user-content-\u00E9\">1</a><a href=\"#user-content-%C3%A9\">2</a><p "
     "id=\"user-content-\u00E9\">n</p>"},
    {"<h2 id=part>h</h2><a href=#part>p</a>",
     "<h2 id=\"user-content-part\">h</h2><a href=\"#user-content-part\">p</a>"},
    // What a text has that was cleaned before, here or elsewhere.
    {"<a href=#x>1</a><p id=user-content-x>n</p>",
     "<a href=\"#user-content-x\">1</a><p id=\"user-content-x\">n</p>"},
    {"<a href=#user-content-x>1</a><p>n</p>", "<a href=\"#x\">1</a><p>n</p>"},
    {"<a href=#user-content-user-content-x>1</a><p id=user-content-user-content-x>n</p>",
     "<a href=\"#user-content-x\">1</a><p id=\"user-content-x\">n</p>"},
    {"<a href=#user-content->1</a>", "<a href=\"#\">1</a>"},
    // Nothing leads there, or nothing is there.
    {"<p id=a>x</p><a name=more></a><a id=top>y</a>", "<p>x</p>y"},
    {"<a href=#comments>x</a>", "<a href=\"#comments\">x</a>"},
    {"<a href=#>x</a><p id=\"\">y</p>", "<a href=\"#\">x</a><p>y</p>"},
    {"<a href=#a>x</a><p id=\"a b\">y</p>", "<a href=\"#a\">x</a><p>y</p>"},
    {"<a href=#a>x</a><p hidden id=a>y</p>", "<a href=\"#a\">x</a>"},
    {"<p hidden><a href=#a>x</a></p><p id=a>y</p>", "<p>y</p>"},
    {"<a href=#a>x</a><div id=a><script>y</script></div>z", "<a href=\"#a\">x</a> z"},
    {"<a href=https://b.example/#a>x</a><p id=a>y</p>",
     "<a href=\"https://b.example/#a\">x</a><p>y</p>"},
    {"<a href=#a>x</a><p id=a>y</p><p id=a>z</p>",
     "<a href=\"#user-content-a\">x</a><p id=\"user-content-a\">y</p><p>z</p>"},
    {"<a href=#location>x</a><form id=location></form><img name=location src=i>",
     "<a href=\"#user-content-location\">x</a><div id=\"user-content-location\"></div><img "
     "src=\"https://a.example/d/i\">"},
    {"<a href='#a\"b'>x</a><p id='a\"b'>y</p>",
     "<a href=\"#user-content-a&quot;b\">x</a><p id=\"user-content-a&quot;b\">y</p>"},
};

TEST(CleanHtml, KeepsThePlacesThatLinksOfTheTextLeadTo) { ExpectCleans(kCases); }

}  // namespace
}  // namespace dateline::html
