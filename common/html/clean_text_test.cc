#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/html/clean_test_util.h"
#include "common/text/words.h"

namespace dateline::html {
namespace {

// What a reader reads: blocks and line breaks separate, inline elements do not.
constexpr CleanCase kTexts[] = {
    {"", ""},
    {" \n ", ""},
    {"a", "a"},
    {"a<b>b</b>c", "abc"},
    {"a <b>b</b> c", "a b c"},
    {"a<b> b </b>c", "a b c"},
    {"a \n\t b", "a b"},
    {"a&nbsp;&nbsp;b", "a b"},
    {"a&#8239;b&#8195;c&#12288;d&#8232;e", "a b c d e"},
    {"a&#8203;b", "a\u200Bb"},
    {"a&#146;s a\xC2\x92s &#x93;", "a\u2019s a\u2019s \u201C"},
    {"a&#129;b\xC2\x9D.", "ab."},
    {"a&shy;b", "a\u00ADb"},
    {"a<wbr>b", "ab"},
    {"a<br>b", "a\nb"},
    {"a<br><br>b", "a\nb"},
    {"a <br> b", "a\nb"},
    {"<p>a</p><p>b</p>", "a\nb"},
    {"<p>a</p>\n\n<p>b</p>", "a\nb"},
    {"a<p>b</p>c", "a\nb\nc"},
    {"<div><div>a</div></div>b", "a\nb"},
    {"<p>a<p>b", "a\nb"},
    {"a<hr>b", "a\nb"},
    {"<h1>a</h1>b", "a\nb"},
    {"<ul><li>a<li>b</ul>c", "a\nb\nc"},
    {"<ul><li>a<ul><li>b</ul></ul>", "a\nb"},
    {"<dl><dt>a<dd>b</dl>", "a\nb"},
    {"<table><tr><td>a<td>b<tr><td>c</table>d", "a\nb\nc\nd"},
    {"<table><caption>a</caption><tr><th>b</table>", "a\nb"},
    {"<blockquote>a</blockquote>b", "a\nb"},
    {"<figure><img src=i.png alt=x><figcaption>a</figcaption></figure>b", "a\nb"},
    {"a<img src=i.png alt=x>b", "ab"},
    {"a <img src=i.png alt=x> b", "a b"},
    {"<details><summary>a</summary>b</details>", "a\nb"},
    {"<a href=/x>a</a>b", "ab"},
    {"a<sup>2</sup>", "a2"},
    {"<ruby>漢<rp>(</rp><rt>k</rt><rp>)</rp></ruby>", "漢(k)"},
    {"<q>a</q>", "a"},
    {"<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\nd"},
    {"<pre>\na  b \n</pre>d", "a  b\nd"},
    {"x<pre>  a</pre>", "x\n  a"},
    {"<pre>a<b>  b</b></pre>", "a  b"},
    {"<pre>a<br>b</pre>", "a\nb"},
    {"<listing>a\nb</listing>", "a\nb"},
    {"<code>a  b</code>", "a b"},
    {"a<script>b</script>c", "ac"},
    {"a<style>b</style>c", "ac"},
    {"a<!-- b -->c", "ac"},
    {"a<template>b</template>c", "ac"},
    {"a<svg><text>b</text></svg>c", "ac"},
    {"a<textarea>b</textarea>c", "a\nc"},
    {"a<select><option>b</select>c", "a\nc"},
    {"a<span hidden>b</span>c", "ac"},
    {"a<p style=display:none>b</p>c", "a\nc"},
    {"a<video src=v.mp4>b</video>c", "a\nc"},
    {"a<video src=v.mp4><p>b</p></video>c", "a\nc"},
    {"a<video>b</video>c", "a\nb\nc"},
    {"a<audio src=v.mp3>b</audio>c", "a\nc"},
    {"a<iframe src=https://www.youtube.com/embed/x>b</iframe>c", "a\nc"},
    {"a<iframe src=https://evil.example/>b</iframe>c", "a\nhttps://evil.example/\nc"},
    {"a<object>b</object>c", "abc"},
    {"a<noscript>b</noscript>c", "abc"},
    {"a<form>b</form>c", "a\nb\nc"},
    {"a<center>b</center>c", "a\nb\nc"},
    {"a<main>b</main>c", "a\nb\nc"},
    {"a<nav>b</nav>c", "a\nb\nc"},
    {"a<fieldset><legend>b</legend>c</fieldset>d", "a\nb\nc\nd"},
    {"a<font>b</font>c", "abc"},
    {"a<x-y>b</x-y>c", "abc"},
    {"a<x-y><p>b</p></x-y>c", "a\nb\nc"},
    {"<p>a<button><p>b</button>c", "a\nb\nc"},
    {"a<p><script>x</script></p>b", "a\nb"},
    {"&lt;b&gt;", "<b>"},
    {"&amp;amp;", "&amp;"},
    {"a&#0;b", "a\uFFFDb"},
    {"<math><semantics><mi>n</mi><annotation encoding=tex>n^2</annotation></semantics></math>",
     "n^2"},
};

TEST(CleanHtml, TakesTheTextThatIsRead) {
  for (const CleanCase& c : kTexts) {
    SCOPED_TRACE(c.input);
    const CleanResult result = CleanHtml(c.input, TestOptions());
    EXPECT_EQ(result.text, c.expected);
    EXPECT_EQ(result.word_count, text::CountWords(c.expected));
    ExpectSettled(result, TestOptions());
  }
}

// Each image: address, alternative text, width and height.
std::string Describe(const CleanResult& result) {
  std::string out;
  for (const CleanImage& image : result.images) {
    absl::StrAppend(&out, image.url, "|", image.alt, "|", image.width, "x", image.height, " ");
  }
  for (const std::string& link : result.links) absl::StrAppend(&out, link, " ");
  return out;
}

constexpr CleanCase kCollected[] = {
    {"<img src=/a.png><img src=/b.png alt=b width=3 height=4><img src=/a.png alt=again>",
     "https://a.example/a.png||0x0 https://a.example/b.png|b|3x4 "},
    {"<img srcset='/a.png 1x, /b.png 3x, /c.png 2x'>", "https://a.example/b.png||0x0 "},
    {"<img srcset='/a.png 100w, /b.png 50w'>", "https://a.example/a.png||0x0 "},
    {"<img srcset='/a.png'>", "https://a.example/a.png||0x0 "},
    {"<picture><source srcset=/a.webp><img src=/a.png alt=p></picture>",
     "https://a.example/a.png|p|0x0 "},
    {"<img src=/p.gif data-src=/a.png>", "https://a.example/a.png||0x0 "},
    {"<img src=/t.gif width=1 height=1>", ""},
    {"<img src=data:x>", ""},
    {"<p hidden><img src=/a.png><a href=/x>y</a></p>", ""},
    {"<video src=/v.mp4><img src=/a.png><a href=/x>y</a></video>", ""},
    {"<svg><image href=/a.png /></svg>", ""},
    {"<a href=/x>a</a><a href=/y>b</a><a href=/x>c</a>",
     "https://a.example/x https://a.example/y "},
    {"<a href=#x>a</a><a href=javascript:x>b</a><a href=mailto:a@b.example>c</a><a>d</a>", ""},
    {"<a href=//b.example>a</a>", "https://b.example/ "},
    {"<a href=/x><img src=/t.gif width=1 height=1></a>", ""},
    {"<a href=/x><img src=/a.png></a>", "https://a.example/a.png||0x0 https://a.example/x "},
    {"<blockquote cite=/x>a</blockquote>", ""},
    {"<iframe src=https://www.youtube.com/embed/x></iframe>", ""},
};

TEST(CleanHtml, CollectsImagesAndLinksInOrder) {
  for (const CleanCase& c : kCollected) {
    SCOPED_TRACE(c.input);
    EXPECT_EQ(Describe(CleanHtml(c.input, TestOptions())), c.expected);
  }
}

TEST(CleanHtml, CollectsNothingRelative) {
  CleanOptions options = TestOptions();
  options.base_url = "";
  EXPECT_EQ(
      Describe(CleanHtml("<a href=x>y</a><img src=i.png><a href=//b.example/>z</a>", options)),
      "https://b.example/ ");
}

}  // namespace
}  // namespace dateline::html
