#include <gtest/gtest.h>

#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

// Without a base nothing becomes an address that it was not.
constexpr CleanCase kCases[] = {
    {"<a href=x>y</a>", "<a href=\"x\">y</a>"},
    {"<a href=\"/x?a=b&amp;c=d#e\">y</a>", "<a href=\"/x?a=b&amp;c=d#e\">y</a>"},
    {"<a href=\"?q\">y</a>", "<a href=\"?q\">y</a>"},
    {"<a href=\"../x\">y</a>", "<a href=\"../x\">y</a>"},
    {"<a href=\"#f\">y</a>", "<a href=\"#f\">y</a>"},
    {"<a href=\"x y\">z</a>", "<a href=\"x%20y\">z</a>"},
    {"<a href=\" x \">y</a>", "<a href=\"x\">y</a>"},
    {"<a href=\"x&#10;y\">z</a>", "<a href=\"xy\">z</a>"},
    {"<a href=\"a:b\">y</a>", "y"},
    {"<a href=\"https:x\">y</a>", "y"},
    {"<a href=\"http:/x\">y</a>", "<a href=\"http://x/\">y</a>"},
    {"<a href=\"./a:b\">y</a>", "<a href=\"./a:b\">y</a>"},
    {"<a href=\"/a:b\">y</a>", "<a href=\"/a:b\">y</a>"},
    {"<a href=\"//c.example/x\">y</a>", "<a href=\"https://c.example/x\">y</a>"},
    {"<a href=\"\\\\c.example\\x\">y</a>", "<a href=\"https://c.example/x\">y</a>"},
    {"<a href=\"/\\c.example/x\">y</a>", "<a href=\"https://c.example/x\">y</a>"},
    {"<a href=\"&#9;//c.example/\">y</a>", "<a href=\"https://c.example/\">y</a>"},
    {"<a href=\"/&#9;/c.example/\">y</a>", "<a href=\"https://c.example/\">y</a>"},
    {"<a href=\"///c.example/\">y</a>", "<a href=\"https://c.example/\">y</a>"},
    {"<a href=\"a\\b\">y</a>", "<a href=\"a/b\">y</a>"},
    {"<a href=\"java&#9;script:alert(1)\">y</a>", "y"},
    {"<a href=\"&#1;javascript:alert(1)\">y</a>", "y"},
    {"<a href=\"javascript&colon;alert(1)\">y</a>", "y"},
    {"<a href=\"//\">y</a>", "y"},
    {"<a href=\"http://b.example\">y</a>", "<a href=\"http://b.example/\">y</a>"},
    {"<img src=i.png>", "<img src=\"i.png\">"},
    {"<img src=\"i&quot;onerror=x.png\">", "<img src=\"i&quot;onerror=x.png\">"},
    {"<img srcset=\"a.png 1x, b.png 2x\">", "<img srcset=\"a.png 1x, b.png 2x\" src=\"b.png\">"},
    {"<img srcset=\"javascript:x 1x, b.png 2x\">", "<img srcset=\"b.png 2x\" src=\"b.png\">"},
    {"<img data-src=l.png src=p.gif>", "<img src=\"l.png\">"},
    {"<iframe src=/embed/x></iframe>y", "y"},
    {"<iframe src=//www.youtube.com/embed/x></iframe>",
     "<iframe src=\"https://www.youtube.com/embed/x\" sandbox=\"allow-scripts allow-same-origin "
     "allow-popups allow-presentation\" loading=\"lazy\"></iframe>"},
    {"<blockquote cite=x>y</blockquote>", "<blockquote cite=\"x\">y</blockquote>"},
    {"<video src=v.mp4 poster=p.png></video>",
     "<video src=\"v.mp4\" poster=\"p.png\" controls=\"\"></video>"},
};

TEST(CleanHtml, LeavesRelativeAddressesWithoutABase) {
  CleanOptions options = TestOptions();
  options.base_url = "";
  ExpectCleans(kCases, options);
}

}  // namespace
}  // namespace dateline::html
