#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/html/clean_test_util.h"

namespace dateline::html {
namespace {

// HTML knows no "/>": what a writer of XHTML meant closed would take the rest with it.
TEST(CleanSelfClosed, ElementsHoldNothing) {
  constexpr CleanCase kCases[] = {
      {"<p>a<iframe src=\"https://www.youtube.com/embed/x\"/>b</p><p>c</p>",
       "<p>a<iframe src=\"https://www.youtube.com/embed/x\" sandbox=\"allow-scripts "
       "allow-same-origin allow-popups allow-presentation\" loading=\"lazy\"></iframe>b</p>"
       "<p>c</p>"},
      {"a<iframe/>b", "a b"},
      {"a<IFRAME / >b", "a"},
      {"a<script src=\"https://evil.example/x.js\"/>b", "ab"},
      {"a<SCRIPT type='x' />b<Script/>c", "abc"},
      {"a<style/>b", "ab"},
      {"<title/><p>b</p>", "<p>b</p>"},
      {"<textarea/><p>b</p>", "<p>b</p>"},
      {"a<noembed/>b<noframes/>c<xmp/>d", "abc d"},
      {"a<select/>b<datalist/>c<template/>d", "a bcd"},
      {"a<noscript/><img src=/i>", "a<img src=\"https://a.example/i\">"},
      {"<video src=\"/v.mp4\"/><p>b</p>",
       "<video src=\"https://a.example/v.mp4\" controls=\"\"></video><p>b</p>"},
      {"<video/><p>b</p>", "<p>b</p>"},
      {"<p>a<audio src=\"/a.mp3\" />b</p>",
       "<p>a<audio src=\"https://a.example/a.mp3\" controls=\"\"></audio>b</p>"},
      // One that has its own end tag all the same holds what stands before that, as HTML says.
      {"a<script/>x()</script>b", "ab"},
      {"a<iframe/></iframe>b", "a b"},
      {"a<script/>b<script>x()</script>c", "abc"},
      {"a<style/>b<style>p{}</STYLE >c<style/>d", "abcd"},
      // Not within what is raw text or of another kind.
      {"a<script>'<title/>'</script>b", "ab"},
      {"a<svg><style/><title/><g/></svg>b", "ab"},
      {"a<iframe title='/'>b", "a"},
      {"a<b/>c", "a<b>c</b>"},
  };
  ExpectCleans(kCases);
}

TEST(CleanSelfClosed, AnyNumberTakesLinearTime) {
  for (const char* unit : {"<script/>", "<iframe/>x", "<video/>", "<style/></title", "<title/><"}) {
    std::string html;
    while (html.size() < (size_t{1} << 20)) absl::StrAppend(&html, unit);
    CleanHtml(html, TestOptions());
    absl::StrAppend(&html, "</script></iframe></video></style></title>");
    CleanHtml(html, TestOptions());
  }
}

}  // namespace
}  // namespace dateline::html
