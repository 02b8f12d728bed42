#include "common/html/clean.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/html/clean_test_util.h"
#include "common/text/teaser.h"

namespace dateline::html {
namespace {

using ::testing::ElementsAre;

TEST(CleanHtml, GathersTextImagesAndLinksInOnePass) {
  const CleanResult result = CleanHtml(
      "<h1>One</h1><p>two <b>th</b>ree<br>four&nbsp;five <a href=/x>six</a></p>"
      "<img src=i.png width=640px height=480 alt='An image'><img src=i.png>"
      "<a href='/x'>again</a><a href='#f'>here</a><script>no()</script>",
      TestOptions());
  EXPECT_EQ(result.text, "One\ntwo three\nfour five six\nagainhere");
  EXPECT_EQ(result.word_count, 7);
  ASSERT_EQ(result.images.size(), 1u);
  EXPECT_EQ(result.images[0].url, "https://a.example/d/i.png");
  EXPECT_EQ(result.images[0].alt, "An image");
  EXPECT_EQ(result.images[0].width, 640);
  EXPECT_EQ(result.images[0].height, 480);
  EXPECT_THAT(result.links, ElementsAre("https://a.example/x"));
  EXPECT_EQ(result.dropped_elements, 1);
  EXPECT_FALSE(result.truncated);
}

TEST(CleanHtml, SetsRelOnLinksThatLeadElsewhere) {
  CleanOptions options = TestOptions();
  options.link_rel = "noopener noreferrer nofollow";
  constexpr CleanCase kCases[] = {
      {"<a href=/x rel=opener>x</a>",
       "<a href=\"https://a.example/x\" rel=\"noopener noreferrer nofollow\">x</a>"},
      {"<a href='#x'>x</a>", "<a href=\"#x\">x</a>"},
  };
  ExpectCleans(kCases, options);
}

TEST(CleanHtml, NeverExceedsItsBytes) {
  const std::string input = "<p>one &amp; <b>two</b> three</p><ul><li>four</ul>";
  CleanOptions options = TestOptions();
  for (size_t bytes = 0; bytes < 80; ++bytes) {
    options.max_output_bytes = bytes;
    const CleanResult result = CleanHtml(input, options);
    EXPECT_LE(result.html.size(), bytes);
    const CleanResult again = CleanHtml(result.html, options);
    EXPECT_EQ(again.html, result.html);
    EXPECT_FALSE(again.truncated);
  }
}

std::string Repeat(absl::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) absl::StrAppend(&out, text);
  return out;
}

TEST(CleanHtml, BoundsDepthAndKeepsTheText) {
  for (const int depth : {10, 63, 64, 65, 500, 5'000, 100'000}) {
    for (const absl::string_view tag :
         {"<div>", "<b>", "<blockquote>", "<ul><li>", "<x>", "<object>"}) {
      const CleanResult result = CleanHtml(absl::StrCat(Repeat(tag, depth), "text"), TestOptions());
      EXPECT_EQ(result.text, "text") << depth << tag;
      EXPECT_EQ(CleanHtml(result.html, TestOptions()).html, result.html) << depth << tag;
    }
  }
}

TEST(CleanHtml, ReducesToTextWhatWouldTakeTooLong) {
  const std::string inputs[] = {
      absl::StrCat("<p ", Repeat("a ", 200'000), ">text</p>"),
      absl::StrCat("<p ", Repeat("a/", 200'000), ">text</p>"),
      absl::StrCat(Repeat("<font a><font b><font c><p>", 10'000), "text"),
      absl::StrCat(Repeat("<object></div>", 10'000), "text"),
      absl::StrCat(Repeat("<table><tr><td>", 10'000), "text"),
      absl::StrCat("<i", Repeat(" x='1' ", 100'000), ">text"),
  };
  for (const std::string& input : inputs) {
    const CleanResult result = CleanHtml(input, TestOptions());
    EXPECT_EQ(result.text, "text");
    EXPECT_TRUE(result.truncated);
  }
}

TEST(CleanHtml, RepairsBytes) {
  EXPECT_EQ(CleanHtml("a\xFF", TestOptions()).html, "a\xEF\xBF\xBD");
  EXPECT_EQ(CleanHtml(absl::string_view("a\0b", 3), TestOptions()).html, "ab");
}

// 3 MiB of the smallest paragraphs would take 270 MiB.
TEST(CleanHtml, ReducesADocumentThatTakesTooMuchMemoryToItsText) {
  CleanOptions options = TestOptions();
  options.max_output_bytes = size_t{64} << 20;
  const std::string html = Repeat("<p>x", 3 << 18);
  const CleanResult result = CleanHtml(html, options);
  EXPECT_TRUE(result.truncated);
  EXPECT_FALSE(absl::StrContains(result.html, "<"));
  EXPECT_EQ(result.word_count, static_cast<int64_t>(html.size() / 4));
  // Long text without tags is no such document.
  EXPECT_EQ(CleanHtml(std::string(size_t{6} << 20, 'x'), options).html.size(), size_t{6} << 20);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

absl::string_view Between(absl::string_view text, absl::string_view begin, absl::string_view end) {
  const size_t from = text.find(begin);
  if (from == absl::string_view::npos) return {};
  text.remove_prefix(from + begin.size());
  return text.substr(0, text.find(end));
}

TEST(CleanHtml, GivesTheTeasersOfTheTopicPage) {
  const std::string folder = DATELINE_SHARED_DATA "/topic-page/";
  const std::string feed = ReadFile(folder + "feed.xml");
  const std::string expected = ReadFile(folder + "expected.txt");
  if (feed.empty() || expected.empty()) {
    if (std::getenv("CI") != nullptr) FAIL() << "no test data at " << folder;
    GTEST_SKIP() << "no test data at " << folder;
  }
  int items = 0;
  absl::string_view rest = feed;
  for (size_t at = rest.find("<item>"); at != absl::string_view::npos; at = rest.find("<item>")) {
    rest.remove_prefix(at + 6);
    const absl::string_view item = rest.substr(0, rest.find("</item>"));
    const absl::string_view body =
        Between(item, "<content:encoded><![CDATA[", "]]></content:encoded>");
    if (!absl::StrContains(item, "<category><![CDATA[Kazakhstan]]>")) continue;
    const std::string title = CleanHtml(Between(item, "<title>", "</title>"), TestOptions()).text;
    const std::string teaser = text::CutTeaser(CleanHtml(body, TestOptions()).text).text;
    EXPECT_NE(expected.find(absl::StrCat(title, "\n\n", teaser, " MORE\n")), std::string::npos)
        << title << ": " << teaser;
    ++items;
  }
  EXPECT_EQ(items, 7);
}

}  // namespace
}  // namespace dateline::html
