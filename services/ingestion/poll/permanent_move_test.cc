#include "services/ingestion/poll/permanent_move.h"

#include <gtest/gtest.h>

namespace dateline::ingestion::poll {
namespace {

constexpr char kOld[] = "https://a.example.org/feed";
constexpr char kNew[] = "https://b.example.org/feed";
const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

TEST(JudgeMove, CountsPermanentRedirectsFromTheSourceOnly) {
  const struct {
    const char* what;
    std::vector<http::Redirect> redirects;
    const char* to;
  } kCases[] = {
      {"none", {}, ""},
      {"permanent", {{301, kOld, kNew}}, kNew},
      {"permanent twice", {{308, kOld, "https://x.example.org/"}, {301, "", kNew}}, kNew},
      {"temporary", {{302, kOld, kNew}}, ""},
      {"temporary in the end", {{301, kOld, kNew}, {307, kNew, "https://x.example.org/"}}, kNew},
      {"temporary in the beginning", {{302, kOld, "https://x.example.org/"}, {301, "", kNew}}, ""},
  };
  for (const auto& c : kCases) {
    const Move move = JudgeMove(kOld, c.redirects, {}, kNow);
    EXPECT_EQ(move.to, c.to) << c.what;
    EXPECT_FALSE(move.adopt) << c.what;
    EXPECT_EQ(move.since, move.to.empty() ? absl::InfinitePast() : kNow) << c.what;
  }
}

TEST(JudgeMove, AdoptsWhatHasHeldForAWeek) {
  const Move young{kNew, kNow - absl::Hours(24 * 6)};
  const Move old{kNew, kNow - absl::Hours(24 * 7)};
  const std::vector<http::Redirect> redirects = {{301, kOld, kNew}};
  EXPECT_FALSE(JudgeMove(kOld, redirects, young, kNow).adopt);
  EXPECT_EQ(JudgeMove(kOld, redirects, young, kNow).since, young.since);
  EXPECT_TRUE(JudgeMove(kOld, redirects, old, kNow).adopt);
  // To somewhere else: the week begins anew.
  const Move other = JudgeMove(kOld, {{301, kOld, "https://c.example.org/"}}, old, kNow);
  EXPECT_FALSE(other.adopt);
  EXPECT_EQ(other.since, kNow);
  EXPECT_EQ(JudgeMove(kOld, {}, old, kNow).to, "");
}

TEST(JudgeMove, AdoptsTheSameAddressUnderHttpsAtOnce) {
  EXPECT_TRUE(JudgeMove("http://a.example.org/feed", {{301, "", kOld}}, {}, kNow).adopt);
  EXPECT_FALSE(JudgeMove("http://a.example.org/feed", {{301, "", kNew}}, {}, kNow).adopt);
  EXPECT_FALSE(JudgeMove(kOld, {{301, "", "http://a.example.org/feed"}}, {}, kNow).adopt);
}

}  // namespace
}  // namespace dateline::ingestion::poll
