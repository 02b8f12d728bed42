#include "services/query/replica/read/cursor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/read/list.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::replica {
namespace {

using dateline::testing::IsOk;
using testing::At;
using ::testing::IsEmpty;

std::string Topic(uint64_t topic) { return ListPrefix(Dimension::kTopic, topic); }

// An article as a plan sees it: when it was published, and the lists that it stands in.
struct Article {
  uint64_t key = 0;
  int64_t publish = 0;
  std::set<std::string> lists;
};

// Whether a plan holds an article, straight from the definition.
bool Holds(const Plan& plan, const Article& article) {
  const auto holds = [&](const Plan& part) { return Holds(part, article); };
  switch (plan.kind) {
    case Plan::Kind::kTerm:
      return article.lists.contains(plan.list);
    case Plan::Kind::kTime:
      return plan.from <= At(article.publish) && At(article.publish) < plan.until;
    case Plan::Kind::kAnd:
      return std::all_of(plan.parts.begin(), plan.parts.end(), holds);
    case Plan::Kind::kOr:
      return std::any_of(plan.parts.begin(), plan.parts.end(), holds);
    case Plan::Kind::kNot:
      return !holds(plan.parts[0]);
  }
  return false;
}

std::string Shown(const Plan& plan) {
  if (plan.kind == Plan::Kind::kTerm) {
    return absl::StrCat("t", ReadNumber(plan.list, 1));
  }
  static constexpr const char* kKinds[] = {"term", "time", "and", "or", "not"};
  std::string out = absl::StrCat("(", kKinds[static_cast<int>(plan.kind)]);
  if (plan.kind == Plan::Kind::kTime) {
    absl::StrAppend(&out, " ", absl::FormatDuration(plan.from - At(0)), " ",
                    absl::FormatDuration(plan.until - At(0)));
  }
  for (const Plan& part : plan.parts) absl::StrAppend(&out, " ", Shown(part));
  absl::StrAppend(&out, ")");
  return out;
}

class PlanTest : public ::testing::Test {
 protected:
  void Store(const std::vector<Article>& articles) {
    auto transaction = store_->Write();
    ASSERT_THAT(transaction, IsOk());
    for (const Article& article : articles) {
      const std::string suffix = ListSuffix({At(article.publish), article.key, Slot::kLive});
      for (const std::string& list : article.lists) {
        transaction->Put(Table::kPostings, absl::StrCat(list, suffix), EncodeVisibility({}));
      }
    }
    ASSERT_THAT(transaction->Commit(), IsOk());
  }

  // All that a plan holds, page by page; `walks` counts them.
  std::vector<uint64_t> Walk(const Plan& plan, Order order, int64_t steps, size_t page_size,
                             int* walks = nullptr) {
    const auto transaction = store_->Read();
    ListQuery query;
    query.plan = plan;
    query.now = At(1'000'000);
    query.order = order;
    query.steps = steps;
    std::vector<uint64_t> found;
    ListEnd end;
    int pages = 0;
    do {
      size_t count = 0;
      end = WalkList(*transaction, query, [&](const ListEntry& entry, const Visibility&) {
        if (count++ == page_size) return false;
        found.push_back(entry.article);
        return true;
      });
      EXPECT_LE(end.steps, steps);
      query.after = end.last;
    } while (end.more && ++pages < 100'000);
    EXPECT_FALSE(end.more) << "the walk does not get on";
    if (walks != nullptr) *walks = pages + 1;
    return found;
  }

  testing::TemporaryFolder folder_;
  const std::unique_ptr<replica::Store> store_ = *replica::Store::Open(folder_.path(), false);
};

TEST_F(PlanTest, HoldsWhatTheDefinitionSays) {
  const char* given = std::getenv("DATELINE_SEED");
  const uint32_t seed = given != nullptr ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10))
                                         : std::random_device{}();
  std::mt19937 random(seed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  const auto below = [&](int limit) {
    return std::uniform_int_distribution<int>(0, limit - 1)(random);
  };
  std::vector<Article> articles;
  for (uint64_t key = 1; key <= 200; ++key) {
    Article article{key, below(60), {ListPrefix(Dimension::kAll, 0)}};
    for (uint64_t topic = 1; topic <= 5; ++topic) {
      // Lists of different density.
      if (below(static_cast<int>(topic) + 1) == 0) article.lists.insert(Topic(topic));
    }
    articles.push_back(article);
  }
  Store(articles);
  const std::function<Plan(int)> make = [&](int depth) {
    const int kind = depth == 0 ? below(2) : below(6);
    if (kind == 1 && below(2) == 0) {
      const int64_t from = below(60);
      return Plan::Time(At(from), below(3) == 0 ? absl::InfiniteFuture() : At(from + below(40)));
    }
    if (kind <= 1) return Plan::Term(Topic(1 + static_cast<uint64_t>(below(6))));
    if (kind == 2) return Plan::Not(make(depth - 1));
    std::vector<Plan> parts;
    for (int i = below(4); i > 0; --i) parts.push_back(make(depth - 1));
    return kind % 2 == 0 ? Plan::And(std::move(parts)) : Plan::Or(std::move(parts));
  };
  for (int round = 0; round < 400; ++round) {
    const Plan plan = make(3);
    SCOPED_TRACE(Shown(plan));
    std::vector<std::pair<int64_t, uint64_t>> expected;
    for (const Article& article : articles) {
      if (Holds(plan, article)) expected.emplace_back(-article.publish, article.key);
    }
    std::sort(expected.begin(), expected.end());
    std::vector<uint64_t> keys;
    keys.reserve(expected.size());
    for (const auto& [publish, key] : expected) keys.push_back(key);
    // Few steps at once, so that walks are interrupted at every place and go on there.
    for (const int64_t steps : {int64_t{10'000}, int64_t{400} + below(200)}) {
      ASSERT_EQ(Walk(plan, Order::kNewestFirst, steps, 1 + static_cast<size_t>(below(300))), keys)
          << "round " << round << ", steps " << steps;
      std::vector<uint64_t> backwards =
          Walk(plan, Order::kOldestFirst, steps, 1 + static_cast<size_t>(below(300)));
      std::reverse(backwards.begin(), backwards.end());
      ASSERT_EQ(backwards, keys) << "round " << round << ", steps " << steps;
    }
  }
}

// Two lists that alternate and share nothing: every entry of one is asked for in the other.
TEST_F(PlanTest, EndsAPageWhenItsStepsDo) {
  std::vector<Article> articles;
  for (uint64_t key = 1; key <= 40'000; ++key) {
    articles.push_back({key, static_cast<int64_t>(key), {Topic(1 + key % 2)}});
  }
  Store(articles);
  const std::vector<Plan> plans = {
      Plan::And({Plan::Term(Topic(1)), Plan::Term(Topic(2))}),
      Plan::Not(Plan::Not(Plan::And({Plan::Term(Topic(1)), Plan::Term(Topic(2))}))),
      Plan::Or({Plan::And({Plan::Term(Topic(1)), Plan::Term(Topic(2))}), Plan::Term(Topic(9))}),
      Plan::And({Plan::Term(Topic(1)), Plan::Not(Plan::Term(Topic(1)))})};
  for (const Plan& plan : plans) {
    for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
      const auto transaction = store_->Read();
      ListQuery query;
      query.plan = plan;
      query.now = At(1'000'000);
      query.order = order;
      if (plan.kind != Plan::Kind::kNot) {
        const ListEnd end =
            WalkList(*transaction, query, [](const ListEntry&, const Visibility&) { return true; });
        EXPECT_LE(end.steps, kMaxSteps);
        EXPECT_GE(end.steps, kMaxSteps / 3);
        EXPECT_TRUE(end.more);
        EXPECT_EQ(end.last.size(), kListSuffixBytes);
      }
      int walks = 0;
      EXPECT_THAT(Walk(plan, order, kMaxSteps, 10, &walks), IsEmpty());
      EXPECT_LE(walks, 40);
    }
  }
}

TEST_F(PlanTest, EndsAPageWhenNobodyWaitsForIt) {
  std::vector<Article> articles;
  for (uint64_t key = 1; key <= 2'000; ++key) {
    articles.push_back({key, static_cast<int64_t>(key), {Topic(1 + key % 2)}});
  }
  Store(articles);
  const auto transaction = store_->Read();
  ListQuery query;
  query.plan = Plan::And({Plan::Term(Topic(1)), Plan::Term(Topic(2))});
  query.now = At(1'000'000);
  int asked = 0;
  query.stop = [&] { return ++asked == 3; };
  const ListEnd end =
      WalkList(*transaction, query, [](const ListEntry&, const Visibility&) { return true; });
  EXPECT_TRUE(end.more);
  EXPECT_LE(end.steps, 600);
  query.stop = [] { return true; };
  EXPECT_EQ(
      WalkList(*transaction, query, [](const ListEntry&, const Visibility&) { return true; }).steps,
      0);
}

TEST(PlaceTest, HasNothingBetweenItselfAndItsNeighbour) {
  const std::string place = ListSuffix({At(5), 256, Slot::kLive});
  for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
    EXPECT_TRUE(Precedes(place, PlaceBehind(place, order), order));
    EXPECT_TRUE(Precedes(PlaceBefore(place, order), place, order));
    EXPECT_EQ(PlaceBefore(PlaceBehind(place, order), order), place);
  }
}

}  // namespace
}  // namespace dateline::query::replica
