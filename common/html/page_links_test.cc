#include "common/html/page_links.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dateline::html {
namespace {

// Each link as `href rel+rel type title`.
std::string Links(const std::string& html) {
  return absl::StrJoin(PageLinks(html, "https://a.example/d/page"), " | ",
                       [](std::string* out, const PageLink& link) {
                         absl::StrAppend(out, link.href, " ", absl::StrJoin(link.rels, "+"), " ",
                                         link.type, " ", link.title);
                       });
}

TEST(PageLinks, FindsWhatRelates) {
  const struct {
    const char* html;
    const char* links;
  } kCases[] = {
      {"", ""},
      {"<link rel=alternate type=application/rss+xml href=/feed title=News>",
       "https://a.example/feed alternate application/rss+xml News"},
      {"<LINK TITLE='A &amp; B' REL=' Feed\n ALTERNATE ' TYPE=' Application/RSS+XML; charset=utf-8 "
       "'"
       " HREF=' feed '>",
       "https://a.example/d/feed feed+alternate application/rss+xml A & B"},
      {"<html><head><link rel=x href=1></head><body><a rel=y href=2>t</a><map><area rel=z href=3>"
       "</map></body></html>",
       "https://a.example/d/1 x   | https://a.example/d/2 y   | https://a.example/d/3 z  "},
      {"<a href=1>no rel</a><link rel=x><link href=2><link rel='' href=3>", ""},
      {"<link rel=x href=javascript:alert(1)><link rel=x href=data:,x><link rel=x href='feed:/f'>",
       ""},
      // The first base counts, for links before it too.
      {"<link rel=x href=1><base href=/b/><base href=/c/><link rel=y href=2>",
       "https://a.example/b/1 x   | https://a.example/b/2 y  "},
      {"<base target=_blank><base href='https://b.example'><link rel=x href=f>",
       "https://b.example/f x  "},
      {"<base href='mailto:x'><link rel=x href=f>", "https://a.example/d/f x  "},
      // Neither comments nor scripts are the page.
      {"<!-- <link rel=x href=1> --><script>'<link rel=x href=2>'</script>"
       "<textarea><link rel=x href=3></textarea>",
       ""},
      {"<div><p><link rel=x href=1><table><tr><td><link rel=y href=2>",
       "https://a.example/d/1 x   | https://a.example/d/2 y  "},
      {"\xff\xfe<link rel=x href=1", ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(Links(c.html), c.links) << c.html;
}

TEST(PageLinks, IsBounded) {
  std::string many;
  for (int i = 0; i < 1'000; ++i) absl::StrAppend(&many, "<link rel=x href=", i, ">");
  EXPECT_EQ(PageLinks(many, "https://a.example/").size(), 200U);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) absl::StrAppend(&deep, "<div>");
  EXPECT_TRUE(PageLinks(deep + "<link rel=x href=1>", "https://a.example/").empty());
  EXPECT_TRUE(PageLinks(std::string("\0<\0link", 7), "https://a.example/").empty());
}

}  // namespace
}  // namespace dateline::html
