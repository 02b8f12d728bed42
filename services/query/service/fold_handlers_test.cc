// Lists by modification, folded lists, pins and neighbours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/query/testing/handlers_test_fixture.h"

namespace dateline::query::service {
namespace {

using dateline::testing::IsOk;
using replica::testing::PinsState;
using replica::testing::PublicationState;
using replica::testing::StateOf;
using replica::testing::TopicState;
using ::testing::ElementsAre;
using testing::IdsOf;

class FoldHandlersTest : public ::testing::Test {
 protected:
  FoldHandlersTest() {
    dateline_.Apply(
        {PublicationState(1), TopicState(1, 1), TopicState(2, 1, {1}), TopicState(3, 1)});
  }
  testing::HandlersFixture dateline_;
};

TEST_F(FoldHandlersTest, ListsTheNewestModificationFirst) {
  dateline_.Apply({StateOf({.key = 1, .publish = -10, .topics = {2}, .modify = -1}),
                   StateOf({.key = 2, .publish = -5, .topics = {2}}),
                   StateOf({.key = 3, .publish = -20, .topics = {3}, .modify = -3}),
                   StateOf({.key = 4, .publish = 10, .topics = {2}, .modify = -2})});
  v1::ListArticlesRequest request;
  request.set_order(v1::LIST_ORDER_MODIFIED);
  request.set_page_size(2);
  auto page = dateline_.List(request);
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(IdsOf(page->articles()), ElementsAre("a1", "a3"));
  v1::ListArticlesRequest next = request;
  next.set_page_token(page->next_page_token());
  page = dateline_.List(next);
  EXPECT_THAT(IdsOf(page->articles()), ElementsAre("a2"));
  next.set_page_token(page->previous_page_token());
  EXPECT_THAT(IdsOf(dateline_.List(next)->articles()), ElementsAre("a1", "a3"));

  request.mutable_filter()->add_any_topics("topics/t1");
  request.mutable_filter()->set_include_descendants(true);
  EXPECT_THAT(IdsOf(dateline_.List(request)->articles()), ElementsAre("a1", "a2"));
  request.set_total(v1::TOTAL_MODE_COUNT);
  EXPECT_EQ(dateline_.List(request)->total().size(), 2);

  // A later modification moves it up, and leaves nothing behind.
  dateline_.Apply({StateOf({.key = 2, .version = 2, .publish = -5, .topics = {2}, .modify = 0})});
  EXPECT_THAT(IdsOf(dateline_.List(request)->articles()), ElementsAre("a2", "a1"));
}

TEST_F(FoldHandlersTest, ShowsTheFirstOfEachClusterThatMatches) {
  dateline_.Apply(
      {StateOf({.key = 1, .publish = -1, .embargo = 50, .topics = {1}, .cluster = "clusters/c"}),
       StateOf({.key = 2, .publish = -2, .topics = {3}, .cluster = "clusters/c"}),
       StateOf({.key = 3, .publish = -3, .topics = {1}, .cluster = "clusters/c"}),
       StateOf({.key = 4, .publish = -4, .topics = {1}, .cluster = "clusters/c"}),
       StateOf({.key = 5, .publish = -5, .topics = {1}})});
  v1::ListArticlesRequest request;
  request.set_fold_clusters(true);
  request.set_total(v1::TOTAL_MODE_COUNT);
  const auto all = dateline_.List(request);
  ASSERT_THAT(all, IsOk());
  EXPECT_THAT(IdsOf(all->articles()), ElementsAre("a2", "a5"));
  EXPECT_EQ(all->total().exactness(), v1::EXACTNESS_ESTIMATED);
  request.mutable_filter()->add_any_topics("topics/t1");
  EXPECT_THAT(IdsOf(dateline_.List(request)->articles()), ElementsAre("a3", "a5"));
  request.set_order(v1::LIST_ORDER_OLDEST);
  EXPECT_THAT(IdsOf(dateline_.List(request)->articles()), ElementsAre("a5", "a4"));
  dateline_.clock().Advance(absl::Seconds(50));
  request.set_order(v1::LIST_ORDER_NEWEST);
  EXPECT_THAT(IdsOf(dateline_.List(request)->articles()), ElementsAre("a1", "a5"));
}

TEST_F(FoldHandlersTest, ShowsTheBestLanguageOfEachTranslationSet) {
  dateline_.Apply({StateOf({.key = 1, .publish = -1, .language = "de", .translation_set = "s"}),
                   StateOf({.key = 2, .publish = -2, .language = "en-GB", .translation_set = "s"}),
                   StateOf({.key = 3, .publish = -3, .language = "fr", .translation_set = "s"}),
                   StateOf({.key = 4, .publish = -4, .language = "de"}),
                   StateOf({.key = 5, .publish = -5, .language = "ja"}),
                   StateOf({.key = 6, .publish = -6, .language = ""})});
  v1::ListArticlesRequest request;
  request.add_languages("fr");
  request.add_languages("en");
  EXPECT_THAT(IdsOf(dateline_.List(request)->articles()), ElementsAre("a3", "a6"));
  dateline_.Apply({StateOf({.key = 3,
                            .version = 2,
                            .publish = -3,
                            .embargo = 50,
                            .language = "fr",
                            .translation_set = "s"})});
  EXPECT_THAT(IdsOf(dateline_.List(request)->articles()), ElementsAre("a2", "a6"));
  request.set_languages(1, "de");
  EXPECT_THAT(IdsOf(dateline_.List(request)->articles()), ElementsAre("a1", "a4", "a6"));
}

TEST_F(FoldHandlersTest, PutsPinsOnTopOfTheFirstPageOnly) {
  dateline_.Apply({StateOf({.key = 1, .publish = -1, .topics = {1, 3}}),
                   StateOf({.key = 2, .publish = -2, .topics = {1}, .labels = {"opinion"}}),
                   StateOf({.key = 3, .publish = -3, .topics = {1, 3}}),
                   StateOf({.key = 4, .publish = -4, .embargo = 50, .topics = {1}}),
                   PinsState(1, 1, {4, 3, 2})});
  v1::GetTopicPageRequest request;
  request.set_topic("topics/t1");
  request.set_page_size(1);
  auto page = dateline_.TopicPage(request);
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(IdsOf(page->pinned()), ElementsAre("a3", "a2"));
  EXPECT_THAT(IdsOf(page->articles()), ElementsAre("a1"));
  EXPECT_EQ(page->total().size(), 3);
  ASSERT_EQ(page->related_topics_size(), 2);
  EXPECT_EQ(page->related_topics(0).name(), "topics/t2");  // below it
  EXPECT_EQ(page->related_topics(1).name(), "topics/t3");  // beside it on two articles
  std::string token = page->next_page_token();
  while (!token.empty()) {
    request.set_page_token(token);
    page = dateline_.TopicPage(request);
    ASSERT_THAT(page, IsOk());
    EXPECT_EQ(page->pinned_size() + page->articles_size(), 0);
    token = page->next_page_token();
  }
  request.clear_page_token();
  request.mutable_filter()->add_labels("opinion");
  EXPECT_THAT(IdsOf(dateline_.TopicPage(request)->pinned()), ElementsAre("a2"));
}

}  // namespace
}  // namespace dateline::query::service
