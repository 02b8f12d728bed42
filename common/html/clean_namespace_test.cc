#include <gtest/gtest.h>

#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

// What one parser reads as text, another reads as markup.
constexpr CleanCase kCases[] = {
    {"<svg><style><img src=x onerror=alert(1)></style></svg>x", "x"},
    {"<svg><p><style><a id=\"</style><img src=1 onerror=alert(1)>\">", ""},
    {"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
     "onerror=alert(1)&gt;\">",
     ""},
    {"<math><mtext><option><FAKEFAKE><option></option><mglyph><svg><mtext><style><a "
     "title=\"</style><img src='#' onerror='alert(1)'>\">",
     ""},
    {"<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img "
     "onerror=alert(1) src>\">",
     ""},
    {"<svg></p><textarea><title><style></textarea><img src=x "
     "onerror=alert(1)></style></title></svg>",
     ""},
    {"<svg><title><style><img src=x onerror=alert(1)></style></title></svg>x", "x"},
    {"<svg><foreignObject><svg><style><img src=x onerror=alert(1)>", ""},
    {"<svg><desc><template><style><img src=x onerror=alert(1)></style></template></desc></svg>x",
     "x"},
    {"<math><annotation-xml encoding=\"text/html\"><svg><style><img src=x "
     "onerror=alert(1)></style></svg></annotation-xml></math>x",
     "x"},
    {"<math><annotation-xml encoding=\"application/xhtml+xml\"><img src=x "
     "onerror=alert(1)></annotation-xml></math>x",
     "x"},
    {"<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">", ""},
    {"<math><a xlink:href=\"//jsfiddle.net/t846h/\">click", "<math><mtext>click</mtext></math>"},
    {"<math xlink:href=\"javascript:alert(1)\">CLICKME</math>",
     "<math><mtext>CLICKME</mtext></math>"},
    {"<svg><a xlink:href=\"javascript:alert(1)\"><rect width=\"1000\"/></a></svg>", ""},
    {"<svg><use xlink:href=\"data:image/svg+xml;base64,PHN2Zz4=\"></use></svg>x", "x"},
    {"<svg><image href=\"javascript:alert(1)\"/></svg>x", "x"},
    {"<svg><set attributeName=\"href\" to=\"javascript:alert(1)\"/></svg>x", "x"},
    {"<svg><animate xlink:href=#xss attributeName=href values=javascript:alert(1) /><a "
     "id=xss><text x=20 y=20>XSS</text></a></svg>x",
     "x"},
    {"<svg/onload=alert(1)>x", ""},
    {"<svg><script href=\"data:,alert(1)\" /></svg>x", "x"},
    {"<svg><script>alert&#40;1&#41</script></svg>x", "x"},
    {"<svg><![CDATA[><image xlink:href=\"]]><img src=x onerror=alert(2)//\"]]></svg>x", "x"},
    {"<svg><br><p>x</svg>y", "y"},
    {"<noscript><style><!--</noscript><img src=x onerror=alert(1)>--></style></noscript>", ""},
    {"<noscript><!--<img title=\"--><img src=x onerror=alert(1)>\">--></noscript>x",
     "<img src=\"https://a.example/d/x\">&quot;&gt;--&gt;x"},
    {"<noembed><style></noembed><img src=x onerror=alert(1)></style></noembed>x",
     "<img src=\"https://a.example/d/x\">x"},
    {"<noframes><style></noframes><img src=x onerror=alert(1)></style>x",
     "<img src=\"https://a.example/d/x\">x"},
    {"<iframe><style></iframe><img src=x onerror=alert(1)></style>x",
     "<img src=\"https://a.example/d/x\">x"},
    {"<xmp><style></xmp><img src=x onerror=alert(1)></style>x",
     "<img src=\"https://a.example/d/x\">x"},
    {"<title><style></title><img src=x onerror=alert(1)></style>x",
     "<img src=\"https://a.example/d/x\">x"},
    {"<textarea><style></textarea><img src=x onerror=alert(1)></style>x",
     "<img src=\"https://a.example/d/x\">x"},
    {"<style><title></style><img src=x onerror=alert(1)></title>x",
     "<img src=\"https://a.example/d/x\">x"},
    {"<style><!--</style><img src=x onerror=alert(1)>--></style>x",
     "<img src=\"https://a.example/d/x\">--&gt;x"},
    {"<script><!--<script></script><img src=x onerror=alert(1)></script>x", "x"},
    {"<select><noscript></select><img src=x onerror=alert(1)></noscript>x",
     "<img src=\"https://a.example/d/x\">x"},
    // Whether <style> is one here is not for us to say, so it goes as a whole.
    {"<select><math><mtext><style></select><img src=x onerror=alert(1)></style></math>x</select>y",
     "y"},
    {"<template><table><tr><td><script>alert(1)</script></template>x", "x"},
    {"<template><iframe src=javascript:alert(1)></template>x", ""},
    {"<table><colgroup><style></colgroup><img src=x onerror=alert(1)></style></table>",
     "<table><colgroup></colgroup></table>"},
    {"<table><caption><svg><title><table></caption><img src=x onerror=alert(1)></table>", ""},
    {"<table><tr><td><svg><desc><td><img src=x onerror=alert(1)></td></desc></svg></table>",
     "<table><tbody><tr><td></td><td><img "
     "src=\"https://a.example/d/x\"></td></tr></tbody></table>"},
    {"<table background=javascript:alert(1)><tr background=javascript:x><td "
     "background=\"javascript:y\">z</table>",
     "<table><tbody><tr><td>z</td></tr></tbody></table>"},
    {"<a><table><a href=javascript:alert(1)><tr><td>x</table>",
     "<table><tbody><tr><td>x</td></tr></tbody></table>"},
    {"<table><a href=/x>y<tr><td>z</table>",
     "<a href=\"https://a.example/x\">y</a><table><tbody><tr><td>z</td></tr></tbody></table>"},
    {"<b><table><i>x<tr><td>y</table>z",
     "<b><i>x</i><table><tbody><tr><td>y</td></tr></tbody></table><i>z</i></b>"},
    {"<table><tr><td></td>x</tr>y</table>z", "xy<table><tbody><tr><td></td></tr></tbody></table>z"},
    {"<table><tbody><p>x</tbody></table>y", "<p>x</p><table><tbody></tbody></table>y"},
    {"<p><table><p>x</table>y", "<p></p><p>x</p><table></table>y"},
    {"<a href=/1><p><a href=/2>x</p></a>",
     "<a href=\"https://a.example/1\"></a><p><a href=\"https://a.example/1\"></a><a "
     "href=\"https://a.example/2\">x</a></p>"},
    {"<div><a href=/1><div><a href=/2><div><a href=/3>x",
     "<div><a href=\"https://a.example/1\"></a><div><a href=\"https://a.example/1\"></a><a "
     "href=\"https://a.example/2\"></a><div><a href=\"https://a.example/2\"></a><a "
     "href=\"https://a.example/3\">x</a></div></div></div>"},
    {"<b><i><s><u><em><strong><b><i><s><u>x",
     "<b><i><s><u><em><strong><b><i><s><u>x</u></s></i></b></strong></em></u></s></i></b>"},
    {"<em><a href=/x></em><p>y</a>",
     "<em><a href=\"https://a.example/x\"></a></em><p><a href=\"https://a.example/x\">y</a></p>"},
    {"<button><p><button>x</button>y", "<p></p>xy"},
    {"<h1><h2><h3>x</h1>y", "<h1></h1><h2></h2><h3>x</h3>y"},
    {"<plaintext>x</plaintext><img src=x onerror=alert(1)>", ""},
    {"<frameset><frame src=javascript:alert(1)></frameset>x", "x"},
    {"<html><body><head><base href=//evil.example/><title>t</title></head><p>x", "<p>x</p>"},
    {"</body></html><script>alert(1)</script>x", "x"},
    {"<p title=\"`onmouseover=alert(1)\">x</p>", "<p title=\"`onmouseover=alert(1)\">x</p>"},
    {"<p title='a\"b`c<d>e&f'>x</p>", "<p title=\"a&quot;b`c&lt;d&gt;e&amp;f\">x</p>"},
    {"<img alt=\"`><script>alert(1)</script>\" src=i.png>",
     "<img alt=\"`&gt;&lt;script&gt;alert(1)&lt;/script&gt;\" src=\"https://a.example/d/i.png\">"},
    {"<img src=i.png alt=\"&lt;script&gt;&amp;lt;\">",
     "<img src=\"https://a.example/d/i.png\" alt=\"&lt;script&gt;&amp;lt;\">"},
    {"<a href=\"/x\" title=\"&#x22;onclick=alert(1)&#x22;\">y</a>",
     "<a href=\"https://a.example/x\" title=\"&quot;onclick=alert(1)&quot;\">y</a>"},
};

TEST(CleanHtml, IsNotDeceivedByNamespacesAndRawText) { ExpectCleans(kCases); }

}  // namespace
}  // namespace dateline::html
