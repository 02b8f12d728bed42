#include <gtest/gtest.h>

#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

constexpr CleanCase kCases[] = {
    {"<p style=\"color:red\">x</p>", "<p style=\"color: red\">x</p>"},
    {"<p style=\"COLOR : Red ;\">x</p>", "<p style=\"color: red\">x</p>"},
    {"<p style=\"color:#ff0000;text-align:center\">x</p>",
     "<p style=\"color: #ff0000; text-align: center\">x</p>"},
    {"<p style=\"color:rgb(1, 2, 3)\">x</p>", "<p style=\"color: rgb(1, 2, 3)\">x</p>"},
    {"<p style=\"color:rgba(1,2,3,.5);font-weight:bold\">x</p>",
     "<p style=\"color: rgba(1,2,3,.5); font-weight: bold\">x</p>"},
    {"<p style=\"color:hsl(1 2% 3%)\">x</p>", "<p style=\"color: hsl(1 2% 3%)\">x</p>"},
    {"<p style=\"color:rgb(1,2\">x</p>", "<p>x</p>"},
    {"<p style=\"color:url(x)\">x</p>", "<p>x</p>"},
    {"<p style=\"color:var(--x)\">x</p>", "<p>x</p>"},
    {"<p style=\"color:expression(alert(1))\">x</p>", "<p>x</p>"},
    {"<p style=\"color:e\\xpression(alert(1))\">x</p>", "<p>x</p>"},
    {"<p style=\"color:exp/**/ression(alert(1))\">x</p>", "<p>x</p>"},
    {"<p style=\"background:url(javascript:alert(1))\">x</p>", "<p>x</p>"},
    {"<p style=\"background-image:url('//evil')\">x</p>", "<p>x</p>"},
    {"<p style=\"background-color:yellow\">x</p>", "<p style=\"background-color: yellow\">x</p>"},
    {"<p style=\"behavior:url(x.htc)\">x</p>", "<p>x</p>"},
    {"<p style=\"-moz-binding:url(x)\">x</p>", "<p>x</p>"},
    {"<p style=\"position:fixed;top:0;left:0\">x</p>", "<p>x</p>"},
    {"<p style=\"display:none\">x</p>", ""},
    {"<p style=\"opacity:0;color:red\">x</p>", "<p style=\"color: red\">x</p>"},
    {"<p style=\"width:100%;height:100%\">x</p>", "<p>x</p>"},
    {"<p style=\"font-size:0\">x</p>", "<p>x</p>"},
    {"<p style=\"font-style:italic;font-variant:small-caps\">x</p>",
     "<p style=\"font-style: italic; font-variant: small-caps\">x</p>"},
    {"<p style=\"text-decoration:underline;text-transform:uppercase\">x</p>",
     "<p style=\"text-decoration: underline; text-transform: uppercase\">x</p>"},
    {"<p style=\"vertical-align:middle;direction:rtl\">x</p>",
     "<p style=\"vertical-align: middle; direction: rtl\">x</p>"},
    {"<p style=\"list-style-type:square\">x</p>", "<p style=\"list-style-type: square\">x</p>"},
    {"<p style=\"list-style:url(x)\">x</p>", "<p>x</p>"},
    {"<p style=\"color:red !important\">x</p>", "<p style=\"color: red !important\">x</p>"},
    {"<p style=\"color:red&quot;;x\">x</p>", "<p>x</p>"},
    {"<p style=\"color:'red'\">x</p>", "<p>x</p>"},
    {"<p style=\"@import 'x'\">x</p>", "<p>x</p>"},
    {"<p style=\"{color:red}\">x</p>", "<p>x</p>"},
    {"<p style=\"color\">x</p>", "<p>x</p>"},
    {"<p style=\"color:\">x</p>", "<p>x</p>"},
    {"<p style=\":red\">x</p>", "<p>x</p>"},
    {"<p style=\";;;\">x</p>", "<p>x</p>"},
    {"<p style=\"\">x</p>", "<p>x</p>"},
    {"<p style>x</p>", "<p>x</p>"},
    {"<p style=\"color:red;color:blue\">x</p>", "<p style=\"color: red; color: blue\">x</p>"},
    {"<p style=\"color:red}body{x:y\">x</p>", "<p>x</p>"},
    {"<p style=\"color:<script>\">x</p>", "<p>x</p>"},
    {"<p style=\"color:&#106;avascript:alert(1)\">x</p>", "<p>x</p>"},
    {"<p style=\"--x:1\">x</p>", "<p>x</p>"},
    {"<p style=\"content:'x'\">x</p>", "<p>x</p>"},
    {"<p style=\"animation:x 1s\">x</p>", "<p>x</p>"},
    {"<p style=\"transition:all 1s\">x</p>", "<p>x</p>"},
    {"<p style=\"z-index:99\">x</p>", "<p>x</p>"},
    {"<p style=\"filter:blur(1px)\">x</p>", "<p>x</p>"},
    {"<p style=\"color:rgb(1)rgb(2)\">x</p>", "<p>x</p>"},
    {"<p style=\"color:&#10;red\">x</p>", "<p style=\"color: red\">x</p>"},
};

TEST(CleanHtml, KeepsListedDeclarations) { ExpectCleans(kCases); }

}  // namespace
}  // namespace dateline::html
