// How large the answers of ListArticles and GetTopicPage get, and their teasers, through gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "common/testing/status_matchers.h"
#include "services/query/testing/query_test_fixture.h"

namespace dateline::query::service {
namespace {

using dateline::testing::IsOk;
using replica::testing::At;
using replica::testing::StateOf;

class ListAnswerTest : public ::testing::Test {
 protected:
  ListAnswerTest() {
    catalog_.Commit({replica::testing::PublicationState(1), replica::testing::TopicState(1, 1),
                     replica::testing::TopicState(2, 1, {1})},
                    At(0));
    process_ = std::make_unique<testing::QueryProcess>(catalog_, folder_.path());
    process_->AwaitStatus([](const auto& status) { return status.serving(); });
  }

  absl::Status List(const v1::ListArticlesRequest& request, v1::ListArticlesResponse* response) {
    response->Clear();
    return process_->Call(&v1::QueryService::Stub::ListArticles, request, response);
  }
  absl::Status Page(const v1::GetTopicPageRequest& request, v1::GetTopicPageResponse* response) {
    response->Clear();
    return process_->Call(&v1::QueryService::Stub::GetTopicPage, request, response);
  }

  testing::FakeCatalogServer catalog_;
  replica::testing::TemporaryFolder folder_;
  std::unique_ptr<testing::QueryProcess> process_;
};

TEST_F(ListAnswerTest, CutsAPageToItsByteBudgetAndGoesOn) {
  v1::ListArticlesRequest request;
  for (int64_t key = 401; key <= 406; ++key) {
    request.set_min_position(catalog_.Commit(
        {StateOf({.key = key, .labels = {"long"}, .body = std::string(900'000, 'x')})}, At(1)));
  }
  request.mutable_filter()->add_labels("long");
  request.set_view(content::v1::ARTICLE_VIEW_FULL);
  v1::ListArticlesResponse response;
  std::vector<std::string> names;
  int pages = 0;
  do {
    ASSERT_THAT(List(request, &response), IsOk());
    EXPECT_LT(response.articles_size(), 6);
    for (const auto& article : response.articles()) names.push_back(article.name());
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!response.next_page_token().empty());
  EXPECT_EQ(names.size(), 6u);
  EXPECT_GT(pages, 1);
}

// gRPC's clients take 4 MiB unless told otherwise.
constexpr size_t kMaxAnswerBytes = size_t{7} << 19;

TEST_F(ListAnswerTest, KeepsATopicsPageWithItsNeighboursWithinTheBudget) {
  v1::GetTopicPageRequest request;
  for (int64_t key = 401; key <= 405; ++key) {
    auto state = replica::testing::TopicState(key, 1, {1});
    state.mutable_topic()->set_description(std::string(1'000'000, 'x'));
    catalog_.Commit({state}, At(1));
  }
  for (int64_t key = 501; key <= 504; ++key) {
    request.set_min_position(catalog_.Commit(
        {StateOf({.key = key, .topics = {1}, .body = std::string(600'000, 'x')})}, At(1)));
  }
  request.set_topic("topics/t1");
  request.set_view(content::v1::ARTICLE_VIEW_FULL);
  std::set<std::string> articles;
  v1::GetTopicPageResponse response;
  do {
    ASSERT_THAT(Page(request, &response), IsOk());
    EXPECT_LE(response.ByteSizeLong(), kMaxAnswerBytes);
    // t2 and the five large ones, those without room by name.
    ASSERT_EQ(response.related_topics_size(), 6);
    for (const auto& topic : response.related_topics()) EXPECT_FALSE(topic.display_name().empty());
    EXPECT_GT(response.articles_size(), 0);
    for (const auto& article : response.articles()) articles.insert(article.name());
    request.set_page_token(response.next_page_token());
  } while (!response.next_page_token().empty());
  EXPECT_EQ(articles.size(), 4u);
}

TEST_F(ListAnswerTest, CountsWhatRidesAlongInTheBudget) {
  v1::ListArticlesRequest request;
  for (int64_t key = 401; key <= 406; ++key) {
    auto topic = replica::testing::TopicState(key, 1);
    topic.mutable_topic()->set_description(std::string(1'000'000, 'x'));
    catalog_.Commit({topic}, At(1));
    request.set_min_position(
        catalog_.Commit({StateOf({.key = key, .topics = {key}, .labels = {"rich"}})}, At(1)));
  }
  // One whose topics alone are more than an answer holds.
  request.set_min_position(catalog_.Commit(
      {StateOf({.key = 407, .topics = {401, 402, 403, 404, 405, 406}, .labels = {"rich"}})},
      At(1)));
  request.mutable_filter()->add_labels("rich");
  request.mutable_include()->set_topics(true);
  std::vector<std::string> names;
  v1::ListArticlesResponse response;
  do {
    ASSERT_THAT(List(request, &response), IsOk());
    EXPECT_LE(response.ByteSizeLong(), kMaxAnswerBytes);
    std::set<std::string> topics;
    for (const auto& topic : response.topics()) topics.insert(topic.name());
    for (const auto& article : response.articles()) {
      names.push_back(article.name());
      for (const auto& topic : article.topics()) EXPECT_EQ(topics.count(topic.topic()), 1u);
    }
    request.set_page_token(response.next_page_token());
  } while (!response.next_page_token().empty());
  EXPECT_EQ(names.size(), 7u);
}

TEST_F(ListAnswerTest, CutsTeasersAsThePublicationDoes) {
  auto publication = replica::testing::PublicationState(1, 2);
  publication.mutable_publication()->mutable_teaser_rule()->set_ellipsis(" [more]");
  auto from_feed = StateOf({.key = 401, .labels = {"feed"}, .body = ""});
  content::v1::Article revision;
  ASSERT_TRUE(revision.ParseFromString(from_feed.article().live()));
  revision.mutable_teaser()->set_source(content::v1::TEASER_SOURCE_FEED);
  revision.mutable_teaser()->set_text("One two three four [more]");
  revision.mutable_teaser()->set_truncated(true);
  from_feed.mutable_article()->set_live(revision.SerializeAsString());
  auto from_body = StateOf({.key = 402, .labels = {"body"}});
  v1::ListArticlesRequest request;
  request.set_min_position(catalog_.Commit({publication, from_feed, from_body}, At(1)));
  const auto teaser = [&](const char* label, int words) {
    request.mutable_filter()->clear_labels();
    request.mutable_filter()->add_labels(label);
    request.set_teaser_words(words);
    v1::ListArticlesResponse response;
    EXPECT_THAT(List(request, &response), IsOk());
    EXPECT_EQ(response.articles_size(), 1);
    return response.articles(0).teaser().text();
  };
  EXPECT_EQ(teaser("body", 2), "First second [more]");
  EXPECT_EQ(teaser("feed", 2), "One two [more]");
  // There is no more of it than the catalog has kept.
  EXPECT_EQ(teaser("feed", 4), "One two three four [more]");
  EXPECT_EQ(teaser("feed", 100), "One two three four [more]");
}

}  // namespace
}  // namespace dateline::query::service
