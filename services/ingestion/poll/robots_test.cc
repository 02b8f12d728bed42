#include "services/ingestion/poll/robots.h"

#include <gtest/gtest.h>

#include <string>

namespace dateline::ingestion::poll {
namespace {

TEST(ParseCrawlDelay, TakesTheGroupsThatSpeakOfUs) {
  const struct {
    const char* text;
    double seconds;
  } kCases[] = {
      {"", 0},
      {"no robots at all", 0},
      {"User-agent: *\nCrawl-delay: 7", 7},
      {"User-agent: Dateline\nCrawl-delay: 3\nUser-agent: *\nCrawl-delay: 7", 3},
      {"User-agent: *\nCrawl-delay: 7\n\nUser-agent: dateline\nCrawl-delay: 3", 3},
      {"user-agent:DATELINE/2.0 (x)\ncrawl-delay:3", 3},
      {"User-agent: DatelineOther\nCrawl-delay: 3", 0},
      {"User-agent: Other\nCrawl-delay: 3", 0},
      // Several names before the rules share them.
      {"User-agent: a\nUser-agent: dateline\nUser-agent: b\nCrawl-delay: 4", 4},
      // A rule ends the names.
      {"User-agent: dateline\nDisallow:\nUser-agent: b\nCrawl-delay: 4", 0},
      // Groups of one name are one.
      {"User-agent: dateline\nDisallow: /x\n\nUser-agent: b\nCrawl-delay: 9\n"
       "User-agent: dateline\nCrawl-delay: 5",
       5},
      // Our own group without a delay is not filled from everybody's.
      {"User-agent: dateline\nAllow: /\nUser-agent: *\nCrawl-delay: 7", 0},
      // Blank lines, comments and sitemaps end no group.
      {"User-agent: *\n\n# a comment\nSitemap: https://x/\nCrawl-delay: 2 # seconds", 2},
      {"\xEF\xBB\xBFUser-agent: *\r\nCrawl-delay: 2.5\r\n", 2.5},
      {"User-agent: *\rCrawl-delay: 2\r", 2},
      {"Crawl-delay: 8\nUser-agent: *\nAllow: /", 0},
      {"User-agent: *\nCrawl-delay: soon", 0},
      {"User-agent: *\nCrawl-delay: -4", 0},
      {"User-agent: *\nCrawl-delay: nan", 0},
      {"User-agent: *\nCrawl-delay: 86400", 600},
      {"User-agent: *\nCrawl-delay: inf", 600},
      {"User-agent: *\nCrawl-delay: 1\nCrawl-delay: 3", 3},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(ParseCrawlDelay(c.text, kProductToken), absl::Seconds(c.seconds)) << c.text;
  }
}

TEST(ParseCrawlDelay, TakesAnyBytes) {
  const std::string bytes = std::string("User-agent: *\nCrawl-delay: 2\xff\n\xfe\xff:") + '\0';
  EXPECT_EQ(ParseCrawlDelay(bytes, kProductToken), absl::ZeroDuration());
  EXPECT_EQ(ParseCrawlDelay(std::string(1 << 20, ':'), kProductToken), absl::ZeroDuration());
}

}  // namespace
}  // namespace dateline::ingestion::poll
