// Kept pages answer what would be made at the same instant, whatever happens between two calls.
#include "services/query/service/hot_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/position/position.h"
#include "services/query/testing/handlers_test_fixture.h"

namespace dateline::query::service {
namespace {

using replica::testing::StateOf;
using testing::IdsOf;

v1::ListArticlesRequest OfTopic(int topic) {
  v1::ListArticlesRequest request;
  request.mutable_filter()->add_any_topics(absl::StrCat("topics/t", topic));
  return request;
}

class HotListsTest : public ::testing::Test {
 protected:
  HotListsTest() : hot_(fixture_.replica(), fixture_.lists(), size_t{1} << 20, metrics_) {
    fixture_.Apply({replica::testing::PublicationState(1), replica::testing::TopicState(1, 1),
                    replica::testing::TopicState(2, 1, {1}), replica::testing::TopicState(3, 1),
                    replica::testing::AuthorState(1)});
    base_ = absl::ToInt64Seconds(fixture_.clock().Now() - replica::testing::Epoch());
  }

  // As the service does.
  absl::StatusOr<v1::ListArticlesResponse> Ask(const v1::ListArticlesRequest& request) {
    const auto key = hot::RequestKeyOf(request.SerializeAsString());
    std::optional<ListAnswer> answer;
    if (key.has_value()) answer = hot_.Find(*key);
    if (!answer.has_value()) {
      auto made = hot_.Make(key, request, fixture_.Call());
      if (!made.ok()) return made.status();
      answer = *std::move(made);
    }
    v1::ListArticlesResponse response;
    EXPECT_TRUE(response.ParseFromString(absl::StrCat(answer->body(), answer->tail)));
    return response;
  }

  // Asks, and checks that a page made at this instant is the same.
  v1::ListArticlesResponse AskAndCheck(const v1::ListArticlesRequest& request) {
    const auto made = fixture_.List(request);
    const auto asked = Ask(request);
    EXPECT_TRUE(made.ok() && asked.ok()) << made.status() << asked.status();
    if (!made.ok() || !asked.ok()) return {};
    v1::ListArticlesResponse expected = *made;
    v1::ListArticlesResponse answered = *asked;
    EXPECT_EQ(answered.next_page_token().empty(), expected.next_page_token().empty());
    if (!answered.next_page_token().empty()) {
      // Its position is that at which the page was made.
      v1::ListArticlesRequest next = request;
      next.clear_if_none_match();
      next.set_page_token(answered.next_page_token());
      const auto behind = fixture_.List(next);
      next.set_page_token(expected.next_page_token());
      const auto expected_behind = fixture_.List(next);
      EXPECT_TRUE(behind.ok() && expected_behind.ok()) << behind.status();
      EXPECT_EQ(IdsOf(behind->articles()), IdsOf(expected_behind->articles()));
    }
    answered.clear_next_page_token();
    expected.clear_next_page_token();
    EXPECT_EQ(answered.SerializeAsString(), expected.SerializeAsString())
        << request.ShortDebugString();
    return answered;
  }

  // Seconds after Epoch().
  int64_t now() { return absl::ToInt64Seconds(fixture_.clock().Now() - replica::testing::Epoch()); }

  testing::HandlersFixture fixture_;
  obs::Metrics metrics_;
  HotLists hot_;
  int64_t base_ = 0;
};

TEST_F(HotListsTest, KeepsAPageUntilItsListsChange) {
  fixture_.Apply({StateOf({.key = 1, .publish = base_ - 10, .topics = {1}}),
                  StateOf({.key = 2, .publish = base_ - 20, .topics = {3}})});
  AskAndCheck(OfTopic(1));
  EXPECT_EQ(hot_.found(), 0u);
  AskAndCheck(OfTopic(1));
  EXPECT_EQ(hot_.found(), 1u);
  fixture_.Apply({StateOf({.key = 3, .publish = base_ - 5, .topics = {3}})});
  AskAndCheck(OfTopic(1));
  EXPECT_EQ(hot_.found(), 2u);
  fixture_.Apply({StateOf({.key = 3, .version = 2, .publish = base_ - 5, .topics = {1}})});
  EXPECT_EQ(AskAndCheck(OfTopic(1)).articles_size(), 2);
  EXPECT_EQ(hot_.found(), 2u);
}

TEST_F(HotListsTest, TimeEndsAPage) {
  fixture_.Apply({StateOf({.key = 1, .publish = base_ - 10, .topics = {1}}),
                  StateOf({.key = 2, .publish = base_ - 20, .embargo = base_ + 5, .topics = {1}}),
                  StateOf({.key = 3, .publish = base_ - 30, .expire = base_ + 9, .topics = {1}})});
  for (const int articles : {2, 2, 3, 3, 2, 2}) {
    EXPECT_EQ(AskAndCheck(OfTopic(1)).articles_size(), articles);
    EXPECT_EQ(AskAndCheck(OfTopic(1)).articles_size(), articles);
    fixture_.clock().Advance(absl::Milliseconds(2'500));
  }
  EXPECT_GE(hot_.found(), 6u);
}

TEST_F(HotListsTest, AnUnchangedPageIsItsEtag) {
  fixture_.Apply({StateOf({.key = 1, .publish = base_ - 10, .topics = {1}})});
  v1::ListArticlesRequest request = OfTopic(1);
  request.set_if_none_match(AskAndCheck(request).etag());
  const v1::ListArticlesResponse unchanged = AskAndCheck(request);
  EXPECT_EQ(unchanged.articles_size(), 0);
  EXPECT_EQ(unchanged.etag(), request.if_none_match());
  EXPECT_EQ(hot_.found(), 1u);
  // Another etag is none of the kept page's business.
  request.set_if_none_match("\"other\"");
  EXPECT_EQ(AskAndCheck(request).articles_size(), 1);
  EXPECT_EQ(hot_.found(), 1u);
}

TEST_F(HotListsTest, ANameStandsForWhatItsTopicWasMergedInto) {
  fixture_.Apply({StateOf({.key = 1, .publish = base_ - 10, .topics = {1}}),
                  StateOf({.key = 2, .publish = base_ - 20, .topics = {3}})});
  EXPECT_EQ(IdsOf(AskAndCheck(OfTopic(3)).articles()), std::vector<std::string>({"a2"}));
  fixture_.Apply({replica::testing::TopicState(3, 2, {}, /*merged_into=*/1)});
  for (const int topic : {1, 3}) {
    EXPECT_EQ(IdsOf(AskAndCheck(OfTopic(topic)).articles()),
              std::vector<std::string>({"a1", "a2"}));
  }
}

TEST_F(HotListsTest, APageOfACallerWhoLeftIsNotKept) {
  fixture_.Apply({StateOf({.key = 1, .publish = base_ - 10, .topics = {1}})});
  const v1::ListArticlesRequest request = OfTopic(1);
  const auto key = hot::RequestKeyOf(request.SerializeAsString());
  const RequestContext gone(
      &fixture_.clock(), absl::InfiniteDuration(), [] { return true; }, fixture_.Call().identity());
  ASSERT_TRUE(hot_.Make(key, request, gone).ok());
  EXPECT_FALSE(hot_.Find(*key).has_value());
  ASSERT_TRUE(hot_.Make(key, request, fixture_.Call()).ok());
  EXPECT_TRUE(hot_.Find(*key).has_value());
}

TEST_F(HotListsTest, AnotherCopyHasItsOwnPages) {
  fixture_.Apply({StateOf({.key = 1, .publish = base_ - 10, .topics = {1}})});
  AskAndCheck(OfTopic(1));
  const auto copy = fixture_.replica().BeginCopy();
  ASSERT_TRUE(copy.ok());
  ASSERT_TRUE(
      replica::Apply(**copy, replica::testing::BatchOf({replica::testing::PublicationState(1),
                                                        replica::testing::TopicState(1, 1)},
                                                       100))
          .ok());
  ASSERT_TRUE(fixture_.replica().Swap(*copy).ok());
  EXPECT_EQ(AskAndCheck(OfTopic(1)).articles_size(), 0);
  EXPECT_EQ(hot_.found(), 0u);
}

TEST_F(HotListsTest, NothingIsKeptWithoutMemory) {
  obs::Metrics metrics;
  HotLists none(fixture_.replica(), fixture_.lists(), 0, metrics);
  const v1::ListArticlesRequest request = OfTopic(1);
  const auto key = hot::RequestKeyOf(request.SerializeAsString());
  ASSERT_TRUE(none.Make(key, request, fixture_.Call()).ok());
  EXPECT_FALSE(none.Find(*key).has_value());
}

// A reader never gets a page that is older than the position that it comes with.
TEST_F(HotListsTest, APageIsNeverBehindItsPosition) {
  const uint64_t first = fixture_.replica().position()->position.xid();
  const auto apply = [&](uint64_t xid) {
    fixture_.Apply({StateOf({.key = 1,
                             .version = static_cast<int64_t>(xid),
                             .publish = base_ - 10,
                             .topics = {1},
                             .title = absl::StrCat(xid)})});
  };
  apply(first + 1);
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  readers.reserve(2);
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      do {
        const auto response = Ask(OfTopic(1));
        ASSERT_TRUE(response.ok()) << response.status();
        const auto position = DecodePosition(response->position(), "position");
        ASSERT_TRUE(position.ok()) << position.status();
        uint64_t shown = 0;
        ASSERT_TRUE(response->articles_size() == 1 &&
                    absl::SimpleAtoi(response->articles(0).title(), &shown));
        ASSERT_GE(shown, position->xid());
      } while (!done);
    });
  }
  for (uint64_t xid = first + 2; xid < first + 300; ++xid) apply(xid);
  done = true;
  for (std::thread& reader : readers) reader.join();
}

v1::ListArticlesRequest RandomRequest(std::mt19937 random) {
  v1::ListArticlesRequest request;
  v1::ArticleFilter& filter = *request.mutable_filter();
  switch (random() % 8) {
    case 0:
      break;
    case 1:
      filter.add_any_topics("topics/t1");
      filter.set_include_descendants(true);
      break;
    case 2:
      filter.add_all_topics("topics/t2");
      filter.add_no_topics("topics/t3");
      break;
    case 3:
      filter.add_any_topics("topics/t1");
      filter.add_any_topics("topics/t3");
      break;
    case 4:
      filter.set_expression("NOT topic = \"topics/t3\"");
      break;
    case 5:
      filter.add_authors("authors/p1");
      break;
    default:
      filter.add_any_topics(absl::StrCat("topics/t", 1 + random() % 3));
      if (random() % 3 == 0) request.set_order(v1::LIST_ORDER_MODIFIED);
  }
  if (random() % 4 == 0 && request.order() != v1::LIST_ORDER_MODIFIED) {
    request.set_order(v1::LIST_ORDER_OLDEST);
  }
  request.set_page_size(random() % 2 == 0 ? 3 : 0);
  if (random() % 4 == 0) request.set_total(v1::TOTAL_MODE_COUNT);
  if (random() % 4 == 0) request.mutable_include()->set_topics(true);
  if (random() % 8 == 0) request.set_view(content::v1::ARTICLE_VIEW_FULL);
  return request;
}

TEST_F(HotListsTest, AnswersLikeAPageMadeAtTheSameInstant) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::cout << "seed " << seed << std::endl;
  std::mt19937 random(seed);
  int64_t version = 1;
  const auto some = [&](int64_t most) { return static_cast<int64_t>(random() % most); };
  for (int step = 0; step < 4'000 && !HasFailure(); ++step) {
    switch (random() % 24) {
      case 0:
        fixture_.clock().Advance(absl::Milliseconds(some(4'000)));
        break;
      case 1: {
        replica::testing::ArticleSpec spec;
        spec.key = 1 + some(30);
        spec.version = ++version;
        spec.publish = now() - 20 + some(40);
        if (some(4) == 0) spec.embargo = now() + some(20);
        if (some(4) == 0) spec.expire = now() + some(30);
        if (some(6) == 0) spec.scheduled = now() + some(20);
        spec.topics = {1 + some(3), 1 + some(3)};
        spec.authors = {1};
        spec.modify = now() - some(10);
        spec.title = absl::StrCat("Title ", step);
        fixture_.Apply({StateOf(spec)});
        break;
      }
      case 2:
        // Now and then time alone is applied, or a change of the vocabulary.
        if (some(10) == 0) {
          fixture_.Apply({replica::testing::TopicState(
              2, ++version, some(2) == 0 ? std::vector<int64_t>{1} : std::vector<int64_t>{3})});
        } else {
          fixture_.Apply({});
        }
        break;
      default:
        // One of few, so that pages are found again.
        AskAndCheck(RandomRequest(std::mt19937(seed + random() % 24)));
    }
  }
  EXPECT_GT(hot_.found(), 200u);
}

}  // namespace
}  // namespace dateline::query::service
