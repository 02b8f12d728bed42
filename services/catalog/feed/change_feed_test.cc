#include "services/catalog/feed/change_feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <vector>

#include "common/position/position.h"
#include "services/catalog/testing/fake_change_log.h"

namespace dateline::catalog::feed {
namespace {

TEST(ChangeFeedTest, GoesOnAfterALookThatThrew) {
  store::FakeChangeLog log;
  std::atomic<int> looks{0};
  log.OnRead([&] {
    if (looks.fetch_add(1) == 0) throw std::runtime_error("broken");
    return absl::OkStatus();
  });
  FeedOptions options;
  options.retry_interval = absl::Milliseconds(1);
  ChangeFeed feed(log, options);
  feed.Start();
  EXPECT_TRUE(feed.WaitForNews(0, absl::Seconds(60)));
  EXPECT_EQ(feed.head().end.xid(), 7u);
  EXPECT_EQ(feed.faults(), 1);
  feed.Stop();
}

v1::ResourceState Of(v1::ResourceKind kind, int64_t key) {
  v1::ResourceState state;
  state.set_kind(kind);
  state.set_key(key);
  return state;
}

// The kinds of the changes that the feed has in memory behind a position, once it has read up to
// another; nothing if they are not all in memory.
std::optional<std::vector<v1::ResourceKind>> InMemory(ChangeFeed& feed,
                                                      const content::v1::LogPosition& after,
                                                      const content::v1::LogPosition& up_to,
                                                      const store::Kinds& kinds) {
  while (ComparePositions(feed.head().end, up_to) < 0) {
    EXPECT_TRUE(feed.WaitForNews(feed.head().news, absl::Seconds(60)));
  }
  const auto answer = feed.Next(after, kinds);
  EXPECT_TRUE(answer.ok()) << answer.status();
  if (!answer.ok() || answer->behind) return std::nullopt;
  std::vector<v1::ResourceKind> found;
  if (answer->batch == nullptr) return found;
  for (const auto& logged : answer->batch->changes) found.push_back(logged.change.kind());
  return found;
}

TEST(ChangeFeedTest, ReadsOnlyWhatSomebodyWants) {
  constexpr auto kTopic = v1::RESOURCE_KIND_TOPIC;
  constexpr auto kArticle = v1::RESOURCE_KIND_ARTICLE;
  store::FakeChangeLog log;
  const auto start = log.Commit({Of(kTopic, 1)});
  ChangeFeed feed(log, {});
  const ChangeFeed::Interest topics = feed.Want({kTopic});
  feed.Start();
  EXPECT_TRUE(InMemory(feed, start, start, {}).has_value());
  const auto first = log.Commit({Of(kArticle, 1)});
  EXPECT_EQ(InMemory(feed, start, first, {kTopic}), std::vector<v1::ResourceKind>());
  EXPECT_EQ(InMemory(feed, start, first, {kTopic, kArticle}), std::nullopt);
  {
    const ChangeFeed::Interest articles = feed.Want({kArticle});
    // At the end nothing was left out.
    EXPECT_EQ(InMemory(feed, first, first, {kArticle}), std::vector<v1::ResourceKind>());
    // From the first look on that takes them in. One that was under way did not.
    auto since = log.Commit({Of(kTopic, 1)});
    while (!InMemory(feed, since, since, {kArticle}).has_value()) {
      since = log.Commit({Of(kTopic, 1)});
    }
    const auto second = log.Commit({Of(kArticle, 2), Of(kTopic, 1)});
    EXPECT_EQ(InMemory(feed, since, second, {kArticle}), (std::vector{kArticle, kTopic}));
    EXPECT_EQ(InMemory(feed, start, second, {kArticle}), std::nullopt);
  }
  auto later = log.Commit({Of(kArticle, 3)});
  while (InMemory(feed, later, later, {kArticle}).has_value()) later = log.Commit({Of(kTopic, 1)});
  EXPECT_TRUE(InMemory(feed, later, later, {kTopic}).has_value());
  feed.Stop();
}

}  // namespace
}  // namespace dateline::catalog::feed
