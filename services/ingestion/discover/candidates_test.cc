#include "services/ingestion/discover/candidates.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace dateline::ingestion::discover {
namespace {

std::string Named(const std::string& html, const std::string& link_header = "") {
  http::HttpResponse page;
  page.final_url = "https://a.example/";
  if (!link_header.empty()) page.headers = {{"Link", link_header}};
  std::string text;
  for (const Candidate& candidate : NamedFeeds(page, html)) {
    const bool header = candidate.found_by == v1::FEED_DISCOVERY_LINK_HEADER;
    absl::StrAppend(&text, header ? "header " : "element ", candidate.url, "\n");
  }
  return text;
}

TEST(NamedFeeds, TakesFeedsAndNothingElse) {
  const struct {
    const char* link;
    bool is_feed;
  } kCases[] = {
      {"rel=alternate type=application/rss+xml href=/f", true},
      {"rel=alternate type=application/atom+xml href=/f", true},
      {"rel=alternate type=application/feed+json href=/f", true},
      {"rel=alternate type=application/json href=/f", true},
      {"rel=alternate type='text/xml; charset=utf-8' href=/f", true},
      {"rel='home ALTERNATE' type=' Application/RSS+xml ' href=/f", true},
      {"rel=feed href=/f", true},
      {"rel='feed alternate' type=text/html href=/f", true},
      {"rel=alternate href=/f", false},
      {"rel=alternate type=text/html hreflang=de href=/f", false},
      {"rel=alternate media=handheld href=/f", false},
      {"rel='alternate stylesheet' type=text/css href=/f", false},
      {"rel='alternate stylesheet' type=text/xml href=/f", false},
      {"rel=stylesheet type=application/rss+xml href=/f", false},
      {"rel=alternate type=application/json+oembed href=/f", false},
      {"rel=alternate type=text/xml+oembed href=/f", false},
      {"rel=alternate type=application/json href=/wp-json/wp/v2/pages/2", false},
      {"rel=alternate type=application/json href='/?rest_route=/wp/v2/pages/2'", false},
      {"rel=alternate type=text/xml href=/wp-json/oembed/1.0/embed?format=xml", false},
      {"rel=https://api.w.org/ href=/f", false},
      {"rel=alternate type=application/rss+xml href=ftp://a.example/f", false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Named(absl::StrCat("<link ", c.link, ">")),
              c.is_feed ? "element https://a.example/f\n" : "")
        << c.link;
  }
}

TEST(NamedFeeds, GivesEachAddressOnceHeadersFirst) {
  EXPECT_EQ(Named("<link rel=feed href=/1><link rel=feed href=/2#top><link rel=feed href=/2>",
                  "</3>; rel=alternate; type=\"application/rss+xml\", </1>; rel=feed"),
            "header https://a.example/3\nheader https://a.example/1\nelement "
            "https://a.example/2\n");
}

TEST(WellKnownPaths, AreOnTheSameOrigin) {
  for (const Candidate& candidate : WellKnownPaths("http://a.example:81/blog/?x#y")) {
    EXPECT_EQ(candidate.url.rfind("http://a.example:81/", 0), 0U) << candidate.url;
  }
  EXPECT_FALSE(WellKnownPaths("https://a.example").empty());
  EXPECT_TRUE(WellKnownPaths("nonsense").empty());
}

}  // namespace
}  // namespace dateline::ingestion::discover
