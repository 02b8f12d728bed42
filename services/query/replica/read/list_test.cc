#include "services/query/replica/read/list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::replica {
namespace {

using dateline::testing::IsOk;
using testing::ArticleSpec;
using testing::At;
using testing::BatchOf;
using testing::Listed;
using testing::StateOf;

const std::string kAll = ListPrefix(Dimension::kAll, 0);

int64_t Count(const Store& store, const std::string& list, absl::Time now) {
  const auto transaction = store.Read();
  return CountList(*transaction, list, now).size;
}

TEST(VisibilityTest, FollowsFromTheTimesAtTheInstantOfTheCall) {
  struct Case {
    const char* what;
    ArticleSpec article;
    std::vector<std::pair<int64_t, bool>> visible;  // instant, expected
  };
  using content::v1::ARTICLE_STATE_WITHDRAWN;
  const std::vector<Case> cases = {
      {"published", {.publish = 0}, {{-1, false}, {0, true}, {1'000'000, true}}},
      {"scheduled", {.publish = 60}, {{0, false}, {59, false}, {60, true}}},
      {"embargoed", {.publish = 0, .embargo = 30}, {{0, false}, {29, false}, {30, true}}},
      {"embargo before publication", {.publish = 40, .embargo = 30}, {{39, false}, {40, true}}},
      {"expiring", {.publish = 0, .expire = 50}, {{0, true}, {49, true}, {50, false}}},
      {"embargo past expiry",
       {.publish = 0, .embargo = 60, .expire = 50},
       {{55, false}, {70, false}}},
      {"embargo at expiry",
       {.publish = 0, .embargo = 50, .expire = 50},
       {{49, false}, {50, false}, {51, false}}},
      {"withdrawn", {.publish = 0, .state = ARTICLE_STATE_WITHDRAWN}, {{0, false}, {100, false}}},
      {"update scheduled",
       {.publish = 0, .scheduled = 20},
       {{0, true}, {19, true}, {20, true}, {30, true}}},
      {"update with a later date",
       {.publish = 0, .scheduled = 20, .scheduled_publish = 25},
       {{19, true}, {20, false}, {24, false}, {25, true}}},
  };
  for (const Case& c : cases) {
    // What was stored before the instant and what time turned since must agree: the copy's time is
    // moved on step by step in one store, and stays behind in the other.
    testing::TemporaryFolder moving_folder;
    testing::TemporaryFolder still_folder;
    const auto moving = *Store::Open(moving_folder.path(), false);
    const auto still = *Store::Open(still_folder.path(), false);
    ASSERT_THAT(Apply(*moving, BatchOf({StateOf(c.article)}, 1, -100)), IsOk());
    ASSERT_THAT(Apply(*still, BatchOf({StateOf(c.article)}, 1, -100)), IsOk());
    for (const auto& [instant, expected] : c.visible) {
      SCOPED_TRACE(absl::StrCat(c.what, " at ", instant));
      const size_t size = expected ? 1 : 0;
      EXPECT_EQ(Listed(*still, kAll, At(instant)).size(), size);
      EXPECT_EQ(Count(*still, kAll, At(instant)), static_cast<int64_t>(size));
      ASSERT_THAT(Apply(*moving, BatchOf({}, 2, instant)), IsOk());
      EXPECT_EQ(Listed(*moving, kAll, At(instant)).size(), size);
      EXPECT_EQ(Count(*moving, kAll, At(instant)), static_cast<int64_t>(size));
    }
  }
}

TEST(VisibilityTest, KeepsNothingOfAnExpiredArticleInTheLists) {
  testing::TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), false);
  ASSERT_THAT(Apply(*store, BatchOf({StateOf({.key = 1, .expire = 50})}, 1, 0)), IsOk());
  EXPECT_GT(store->Entries(Table::kPostings), 0);
  ASSERT_THAT(Apply(*store, BatchOf({}, 2, 50)), IsOk());
  EXPECT_EQ(store->Entries(Table::kPostings), 0);
  EXPECT_EQ(store->Entries(Table::kTimed), 0);
  EXPECT_EQ(store->Entries(Table::kDue), 0);
  EXPECT_EQ(store->Entries(Table::kCounts), 0);
}

TEST(WalkTest, PagesNeitherRepeatNorSkipWhenPublishTimesAreEqual) {
  testing::TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), false);
  std::vector<catalog::v1::ResourceState> states;
  for (int64_t key = 1; key <= 100; ++key) {
    states.push_back(StateOf({.key = key, .publish = -(key / 40)}));
  }
  ASSERT_THAT(Apply(*store, BatchOf(states)), IsOk());
  const std::vector<uint64_t> all = Listed(*store, kAll, At(1));
  ASSERT_EQ(all.size(), 100);
  std::vector<uint64_t> backwards = Listed(*store, kAll, At(1), /*oldest_first=*/true);
  std::reverse(backwards.begin(), backwards.end());
  EXPECT_EQ(backwards, all);
  for (const size_t page_size : {1, 2, 7, 10, 99, 100}) {
    EXPECT_EQ(Listed(*store, kAll, At(1), false, page_size), all) << page_size;
    std::vector<uint64_t> oldest = Listed(*store, kAll, At(1), true, page_size);
    std::reverse(oldest.begin(), oldest.end());
    EXPECT_EQ(oldest, all) << page_size;
  }
}

TEST(WalkTest, SaysAtTheLastEntryThatThereIsNoMore) {
  testing::TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), false);
  ASSERT_THAT(Apply(*store, BatchOf({StateOf({.key = 1}), StateOf({.key = 2})})), IsOk());
  const auto transaction = store->Read();
  ListQuery query;
  query.plan = Plan::Term(kAll);
  query.now = At(1);
  int count = 0;
  EXPECT_FALSE(WalkList(*transaction, query, [&](const ListEntry&, const Visibility&) {
                 return ++count <= 2;
               }).more);
  count = 0;
  EXPECT_TRUE(WalkList(*transaction, query, [&](const ListEntry&, const Visibility&) {
                return ++count <= 1;
              }).more);
}

TEST(WalkTest, FindsWhatStandsInAllOfSeveralLists) {
  const uint32_t seed = std::random_device{}();
  std::mt19937 random(seed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  testing::TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), false);
  std::vector<catalog::v1::ResourceState> states;
  std::vector<uint64_t> expected;
  for (int64_t key = 1; key <= 300; ++key) {
    ArticleSpec spec{.key = key, .publish = -static_cast<int64_t>(random() % 20)};
    if (random() % 2 == 0) spec.topics = {5};
    if (random() % 3 == 0) spec.labels = {"opinion"};
    spec.language = random() % 2 == 0 ? "en" : "de";
    if (!spec.topics.empty() && !spec.labels.empty() && spec.language == "de") {
      expected.push_back(static_cast<uint64_t>(key));
    }
    states.push_back(StateOf(spec));
  }
  ASSERT_THAT(Apply(*store, BatchOf(states)), IsOk());
  const auto transaction = store->Read();
  ListQuery query;
  query.plan = Plan::And({Plan::Term(ListPrefix(Dimension::kTopic, 5)),
                          Plan::Term(ListPrefix(Dimension::kLabel, TermOf("opinion"))),
                          Plan::Term(ListPrefix(Dimension::kLanguage, TermOf("de")))});
  query.now = At(1);
  for (const bool oldest_first : {false, true}) {
    query.order = oldest_first ? Order::kOldestFirst : Order::kNewestFirst;
    std::vector<uint64_t> found;
    std::vector<absl::Time> times;
    WalkList(*transaction, query, [&](const ListEntry& entry, const Visibility&) {
      found.push_back(entry.article);
      times.push_back(entry.publish_time);
      return true;
    });
    EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(expected));
    if (!oldest_first) std::reverse(times.begin(), times.end());
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  }
  const auto all = CountPlan(*transaction, query, 10'000);
  EXPECT_EQ(all.size, static_cast<int64_t>(expected.size()));
  EXPECT_TRUE(all.exact);
  ASSERT_GT(expected.size(), 2);
  const auto some = CountPlan(*transaction, query, 2);
  EXPECT_EQ(some.size, 2);
  EXPECT_FALSE(some.exact);
}

// One article as a reader would work it out from the definition (design.md, section 2).
struct Model {
  ArticleSpec spec;
  bool deleted = false;

  std::optional<int64_t> ListedAt(int64_t now) const {
    if (deleted || spec.state != content::v1::ARTICLE_STATE_PUBLISHED) return std::nullopt;
    const bool scheduled = spec.scheduled && *spec.scheduled <= now;
    const int64_t publish =
        scheduled ? spec.scheduled_publish.value_or(spec.publish) : spec.publish;
    if (publish > now || (spec.embargo && *spec.embargo > now) ||
        (spec.expire && *spec.expire <= now)) {
      return std::nullopt;
    }
    return publish;
  }
};

TEST(WalkTest, AgreesWithTheDefinitionThroughRandomChanges) {
  const uint32_t seed = std::random_device{}();
  std::mt19937 random(seed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  const auto below = [&](int limit) {
    return std::uniform_int_distribution<int>(0, limit - 1)(random);
  };
  testing::TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), false);
  std::map<int64_t, Model> model;
  int64_t now = 0;
  for (uint64_t step = 1; step <= 300; ++step) {
    std::vector<catalog::v1::ResourceState> states;
    for (int i = below(4); i > 0; --i) {
      const int64_t key = 1 + below(25);
      const int64_t version = model[key].spec.version + 1;
      ArticleSpec spec{.key = key, .version = version, .publish = now + below(60) - 40};
      if (below(3) == 0) spec.embargo = now + below(60) - 20;
      if (below(3) == 0) spec.expire = now + below(60) - 10;
      if (below(3) == 0) spec.scheduled = now + below(60) - 20;
      if (spec.scheduled && below(2) == 0) spec.scheduled_publish = now + below(60) - 20;
      for (int64_t topic = 1; topic <= 3; ++topic) {
        if (below(2) == 0) spec.topics.push_back(topic);
      }
      if (below(8) == 0) spec.state = content::v1::ARTICLE_STATE_WITHDRAWN;
      model[key] = {spec, below(8) == 0};
      states.push_back(model[key].deleted
                           ? testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, key, version,
                                                absl::StrCat("articles/a", key))
                           : StateOf(spec));
    }
    now += below(8);
    ASSERT_THAT(Apply(*store, BatchOf(states, step, now)), IsOk());
    // Readers are at or ahead of the copy's time, never behind it.
    const int64_t instant = now + below(15);
    for (int64_t topic = 1; topic <= 3; ++topic) {
      std::vector<std::pair<int64_t, uint64_t>> expected;  // -publish, article
      for (const auto& [key, article] : model) {
        const auto& topics = article.spec.topics;
        const auto publish = article.ListedAt(instant);
        if (publish && std::find(topics.begin(), topics.end(), topic) != topics.end()) {
          expected.emplace_back(-*publish, key);
        }
      }
      std::sort(expected.begin(), expected.end());
      std::vector<uint64_t> articles;
      articles.reserve(expected.size());
      for (const auto& [publish, article] : expected) articles.push_back(article);
      const std::string list = ListPrefix(Dimension::kTopic, static_cast<uint64_t>(topic));
      ASSERT_EQ(Listed(*store, list, At(instant), false, static_cast<size_t>(1 + below(5))),
                articles)
          << "step " << step;
      ASSERT_EQ(Count(*store, list, At(instant)), static_cast<int64_t>(articles.size()))
          << "step " << step;
    }
  }
}

}  // namespace
}  // namespace dateline::query::replica
