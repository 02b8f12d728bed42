// ListArticles and GetTopicPage through gRPC, on a replica that follows an in-memory catalog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/position/position.h"
#include "common/testing/proto_matchers.h"
#include "common/testing/status_matchers.h"
#include "services/query/testing/query_test_fixture.h"

namespace dateline::query::service {
namespace {

using dateline::testing::EqualsProto;
using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::ParseProto;
using dateline::testing::StatusIs;
using replica::testing::At;
using replica::testing::StateOf;

class ListServiceTest : public ::testing::Test {
 protected:
  ListServiceTest() {
    std::vector<catalog::v1::ResourceState> states = {
        replica::testing::PublicationState(1), replica::testing::TopicState(1, 1),
        replica::testing::TopicState(2, 1, {1}), replica::testing::TopicState(3, 1, {}, 2),
        replica::testing::AuthorState(1)};
    for (int64_t key = 1; key <= 205; ++key) {
      states.push_back(StateOf({.key = key,
                                .publish = -(key / 3),
                                .topics = {key % 5 == 0 ? 3 : 2},
                                .authors = {1},
                                .language = key % 2 == 0 ? "en" : "de",
                                .labels = {key == 7 ? "opinion" : "news"}}));
    }
    states.push_back(StateOf({.key = 301, .publish = 3'600, .topics = {2}}));
    states.push_back(StateOf({.key = 302, .embargo = 3'600, .topics = {2}}));
    catalog_.Commit(states, At(0));
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

TEST_F(ListServiceTest, ListsATopicPageByPage) {
  v1::ListArticlesRequest request;
  request.mutable_filter()->add_any_topics("topics/t2");
  request.set_page_size(20);
  request.set_total(v1::TOTAL_MODE_COUNT);
  std::vector<std::string> names;
  std::set<std::string> distinct;
  v1::ListArticlesResponse response;
  do {
    ASSERT_THAT(List(request, &response), IsOk());
    EXPECT_LE(response.articles_size(), 20);
    EXPECT_THAT(response.total(),
                EqualsProto(ParseProto<v1::Total>("size: 205 exactness: EXACTNESS_EXACT")));
    EXPECT_TRUE(DecodePosition(response.position(), "position").ok());
    EXPECT_GE(TimeFromProto(response.read_time()), At(0));
    for (const auto& article : response.articles()) {
      names.push_back(article.name());
      distinct.insert(article.name());
      EXPECT_TRUE(article.body_html().empty());
    }
    request.set_page_token(response.next_page_token());
  } while (!response.next_page_token().empty());
  EXPECT_EQ(names.size(), 205u);
  EXPECT_EQ(distinct.size(), 205u);
  EXPECT_EQ(names.front(), "articles/a1");
  EXPECT_EQ(names.back(), "articles/a205");
}

TEST_F(ListServiceTest, TakesTheDefaultForNoPageSizeAndLowersALargeOne) {
  v1::ListArticlesRequest request;
  v1::ListArticlesResponse response;
  ASSERT_THAT(List(request, &response), IsOk());
  EXPECT_EQ(response.articles_size(), 10);
  request.set_page_size(10'000);
  ASSERT_THAT(List(request, &response), IsOk());
  EXPECT_EQ(response.articles_size(), 200);
  EXPECT_FALSE(response.next_page_token().empty());
}

TEST_F(ListServiceTest, CombinesFiltersAndTurnsTheOrderRound) {
  v1::ListArticlesRequest request;
  request.mutable_filter()->add_any_topics("topics/t1");
  request.mutable_filter()->set_include_descendants(true);
  request.mutable_filter()->add_authors("authors/p1");
  request.mutable_filter()->add_publications("publications/m1");
  request.mutable_filter()->add_languages("de");
  request.mutable_filter()->add_types(content::v1::ARTICLE_TYPE_ARTICLE);
  request.mutable_filter()->add_labels("news");
  request.set_order(v1::LIST_ORDER_OLDEST);
  request.set_page_size(2);
  request.set_total(v1::TOTAL_MODE_COUNT);
  request.mutable_include()->set_topics(true);
  request.mutable_include()->set_authors(true);
  v1::ListArticlesResponse response;
  ASSERT_THAT(List(request, &response), IsOk());
  ASSERT_EQ(response.articles_size(), 2);
  EXPECT_EQ(response.articles(0).name(), "articles/a205");
  EXPECT_EQ(response.articles(1).name(), "articles/a203");
  EXPECT_EQ(response.total().size(), 102);
  // a205 names the merged topic: its data is that of the topic which took its place.
  EXPECT_GE(response.topics_size(), 1);
  EXPECT_EQ(response.topics(0).name(), "topics/t2");
  EXPECT_EQ(response.authors_size(), 1);
}

// The author is merged into another one while articles name him.
TEST_F(ListServiceTest, AMergedAuthorIsTheOneWhoStays) {
  catalog_.Commit({replica::testing::AuthorState(2), StateOf({.key = 401, .authors = {2}}),
                   StateOf({.key = 402, .authors = {2, 1}})},
                  At(0));
  v1::ListArticlesRequest request;
  request.set_min_position(catalog_.Commit({replica::testing::AuthorState(2, 2, 1)}, At(0)));
  request.set_total(v1::TOTAL_MODE_COUNT);
  request.mutable_include()->set_authors(true);
  for (const char* name : {"authors/p1", "authors/p2"}) {
    request.mutable_filter()->clear_authors();
    request.mutable_filter()->add_authors(name);
    v1::ListArticlesResponse response;
    ASSERT_THAT(List(request, &response), IsOk());
    EXPECT_EQ(response.total().size(), 207) << name;
    ASSERT_EQ(response.authors_size(), 1) << name;
    EXPECT_EQ(response.authors(0).name(), "authors/p1");
  }
  v1::GetAuthorRequest get;
  v1::GetAuthorResponse got;
  get.set_name("authors/p2");
  ASSERT_THAT(process_->Call(&v1::QueryService::Stub::GetAuthor, get, &got), IsOk());
  EXPECT_EQ(got.author().name(), "authors/p1");
}

TEST_F(ListServiceTest, BelowATopicStandsWhatIsBelowThoseMergedIntoIt) {
  const std::string position = catalog_.Commit({replica::testing::TopicState(4, 1, {3})}, At(0));
  v1::ListArticlesRequest wait;
  v1::ListArticlesResponse ignored;
  wait.set_min_position(position);
  ASSERT_THAT(List(wait, &ignored), IsOk());
  v1::ListTopicsRequest request;
  v1::ListTopicsResponse response;
  request.set_parent("topics/t3");
  ASSERT_THAT(process_->Call(&v1::QueryService::Stub::ListTopics, request, &response), IsOk());
  ASSERT_EQ(response.topics_size(), 1);
  EXPECT_EQ(response.topics(0).name(), "topics/t4");
}

TEST_F(ListServiceTest, TakesAnyAllAndNoneOfSeveralValues) {
  v1::ListArticlesRequest request;
  request.set_min_position(
      catalog_.Commit({StateOf({.key = 401, .publish = -10'000, .topics = {1}, .language = "kk"}),
                       StateOf({.key = 402, .publish = -9'000, .topics = {1, 2}})},
                      At(0)));
  request.set_total(v1::TOTAL_MODE_COUNT);
  const auto count = [&](const std::string& filter) {
    *request.mutable_filter() = ParseProto<v1::ArticleFilter>(filter);
    v1::ListArticlesResponse response;
    EXPECT_THAT(List(request, &response), IsOk()) << filter;
    return response.total().size();
  };
  EXPECT_EQ(count("any_topics: 'topics/t1'"), 2);
  EXPECT_EQ(count("any_topics: 'topics/t1' include_descendants: true"), 207);
  EXPECT_EQ(count("any_topics: 'topics/t1' any_topics: 'topics/t2'"), 207);
  EXPECT_EQ(count("all_topics: 'topics/t1' all_topics: 'topics/t2'"), 1);
  EXPECT_EQ(count("any_topics: 'topics/t1' no_topics: 'topics/t2'"), 1);
  EXPECT_EQ(count("languages: 'kk' languages: 'xx'"), 1);
  EXPECT_EQ(count("no_labels: 'opinion' no_labels: 'news'"), 2);
  EXPECT_EQ(count("access: ACCESS_FREE has_image: false types: ARTICLE_TYPE_ARTICLE"), 207);
  const int64_t from = absl::ToUnixSeconds(At(-10'000));
  EXPECT_EQ(count(absl::StrCat("publish_time_from { seconds: ", from,
                               " } publish_time_to { seconds: ", from + 1'000, " }")),
            1);
}

TEST_F(ListServiceTest, FiltersByExpression) {
  auto special = StateOf({.key = 401, .publish = -10'000, .topics = {1}, .language = "kk"});
  content::v1::Article revision;
  ASSERT_TRUE(revision.ParseFromString(special.article().live()));
  revision.add_images()->set_url("https://news.example/a.jpg");
  revision.set_access(content::v1::ACCESS_PAID);
  revision.mutable_rights()->add_flags("no-syndication");
  special.mutable_article()->set_live(revision.SerializeAsString());
  v1::ListArticlesRequest request;
  request.set_min_position(catalog_.Commit({special}, At(0)));
  request.set_total(v1::TOTAL_MODE_COUNT);
  const auto count = [&](const std::string& expression) {
    request.mutable_filter()->set_expression(expression);
    v1::ListArticlesResponse response;
    EXPECT_THAT(List(request, &response), IsOk()) << expression;
    return response.total().size();
  };
  EXPECT_EQ(count("has_image"), 1);
  EXPECT_EQ(count("has_image = false"), 205);
  EXPECT_EQ(count("access = PAID"), 1);
  EXPECT_EQ(count("access = FREE AND NOT rights_flag:no-syndication"), 205);
  EXPECT_EQ(count("rights_flag = 'no-syndication' AND publication = publications/m1"), 1);
  EXPECT_EQ(count("language = en OR language = kk"), 103);
  EXPECT_EQ(count("language != en AND author = authors/p1 AND type = ARTICLE"), 103);
  EXPECT_EQ(count("topic = topics/t1"), 1);
  EXPECT_EQ(count("topic:topics/t1"), 206);
  EXPECT_EQ(count("topic:topics/t1 AND -topic = topics/t2"), 1);
  const std::string instant = absl::FormatTime(absl::RFC3339_full, At(-60), absl::UTCTimeZone());
  // Three articles a second, two in the first.
  EXPECT_EQ(count("publish_time > " + instant), 179);
  EXPECT_EQ(count("publish_time >= " + instant), 182);
  EXPECT_EQ(count("publish_time = " + instant), 3);
  EXPECT_EQ(count("publish_time < " + instant), 24);
  EXPECT_EQ(count("publish_time != " + instant + " AND label = opinion"), 1);
  EXPECT_EQ(count("publish_time >= 2026-01-01 AND label = opinion"), 1);
  // Beside the other fields, which must hold too.
  request.mutable_filter()->add_languages("en");
  EXPECT_EQ(count("label = opinion OR label = news"), 102);
}

TEST_F(ListServiceTest, AnswersBodiesAndTeasersAsAskedFor) {
  v1::ListArticlesRequest request;
  request.set_page_size(1);
  request.set_view(content::v1::ARTICLE_VIEW_FULL);
  request.set_teaser_words(3);
  v1::ListArticlesResponse response;
  ASSERT_THAT(List(request, &response), IsOk());
  EXPECT_EQ(response.articles(0).teaser().text(), "First second third...");
  EXPECT_TRUE(response.articles(0).teaser().truncated());
  EXPECT_FALSE(response.articles(0).body_html().empty());
  request.clear_view();
  ASSERT_THAT(List(request, &response), IsOk());
  EXPECT_EQ(response.articles(0).teaser().text(), "First second third...");
  EXPECT_TRUE(response.articles(0).body_html().empty());
}

TEST_F(ListServiceTest, RefusesBadRequestsWithTheFieldAndTheReason) {
  using namespace errors::v1;  // NOLINT: the reasons' names are long enough
  struct Case {
    const char* request;
    absl::StatusCode code;
    ErrorReason reason;
    const char* field;
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const Case cases[] = {
      {"page_size: -1", kInvalid, ERROR_REASON_INVALID_FIELD, "page_size"},
      {"teaser_words: 201", kInvalid, ERROR_REASON_INVALID_FIELD, "teaser_words"},
      {"order: LIST_ORDER_MODIFIED filter { labels: 'news' }", kInvalid, ERROR_REASON_INVALID_FIELD,
       "order"},
      {"languages: 'e n'", kInvalid, ERROR_REASON_INVALID_FIELD, "languages[0]"},
      {"read_mask { paths: 'titel' }", kInvalid, ERROR_REASON_INVALID_FIELD, "read_mask.paths[0]"},
      {"if_none_match: 'a b'", kInvalid, ERROR_REASON_INVALID_FIELD, "if_none_match"},
      {"as_of { seconds: 1 }", kInvalid, ERROR_REASON_INVALID_FIELD, "as_of"},
      {"filter { expression: 'a' }", kInvalid, ERROR_REASON_INVALID_FIELD, "filter.expression"},
      {"filter { expression: 'topic = t1' }", kInvalid, ERROR_REASON_INVALID_FIELD,
       "filter.expression"},
      {"filter { expression: 'type = NOVEL' }", kInvalid, ERROR_REASON_INVALID_FIELD,
       "filter.expression"},
      {"filter { expression: 'publish_time > infinite-future' }", kInvalid,
       ERROR_REASON_INVALID_FIELD, "filter.expression"},
      {"filter { expression: 'topic = topics/none' }", absl::StatusCode::kNotFound,
       ERROR_REASON_RESOURCE_NOT_FOUND, ""},
      {"filter { include_descendants: true }", kInvalid, ERROR_REASON_INVALID_FIELD,
       "filter.include_descendants"},
      {"filter { types: 99 }", kInvalid, ERROR_REASON_INVALID_FIELD, "filter.types[0]"},
      {"filter { any_topics: 'topics/none' }", absl::StatusCode::kNotFound,
       ERROR_REASON_RESOURCE_NOT_FOUND, ""},
      {"filter { any_topics: 'authors/p1' }", kInvalid, ERROR_REASON_INVALID_FIELD,
       "filter.any_topics[0]"},
      {"filter { all_topics: 't1' }", kInvalid, ERROR_REASON_INVALID_FIELD, "filter.all_topics[0]"},
      {"filter { no_topics: 'topics/\\001' }", kInvalid, ERROR_REASON_INVALID_FIELD,
       "filter.no_topics[0]"},
      {"filter { authors: 'authors/\\000' }", kInvalid, ERROR_REASON_INVALID_FIELD,
       "filter.authors[0]"},
      {"filter { publications: 'publications/\\177' }", kInvalid, ERROR_REASON_INVALID_FIELD,
       "filter.publications[0]"},
      {"filter { languages: 'e\\000n' }", kInvalid, ERROR_REASON_INVALID_FIELD,
       "filter.languages[0]"},
      {"filter { labels: 'a\\nb' }", kInvalid, ERROR_REASON_INVALID_FIELD, "filter.labels[0]"},
      {"view: 99", kInvalid, ERROR_REASON_INVALID_FIELD, "view"},
      {"total: 99", kInvalid, ERROR_REASON_INVALID_FIELD, "total"},
      {"order: 99", kInvalid, ERROR_REASON_INVALID_FIELD, "order"},
      {"filter { authors: 'authors/none' }", absl::StatusCode::kNotFound,
       ERROR_REASON_RESOURCE_NOT_FOUND, ""},
      {"page_token: 'forged'", kInvalid, ERROR_REASON_INVALID_PAGE_TOKEN, "page_token"},
      {"min_position: 'garbage'", kInvalid, ERROR_REASON_INVALID_POSITION, "min_position"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.request);
    v1::ListArticlesResponse response;
    const absl::Status status = List(ParseProto<v1::ListArticlesRequest>(c.request), &response);
    EXPECT_THAT(status, StatusIs(c.code));
    EXPECT_THAT(status, HasReason(c.reason));
    if (*c.field == '\0') continue;
    const auto violations = error::FieldViolationsOf(status);
    ASSERT_EQ(violations.field_violations_size(), 1);
    EXPECT_EQ(violations.field_violations(0).field(), c.field);
  }
}

TEST_F(ListServiceTest, RefusesForgedTokensOfAllKinds) {
  std::string huge(1'000'000, 'A');
  // What breaks the bounds that the contract states does not get as far as the tokens' own check.
  const auto refused = [](errors::v1::ErrorReason reason) {
    return ::testing::AnyOf(HasReason(reason), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  };
  for (const std::string& forged :
       {huge, std::string("\0", 1), std::string(2, '='), std::string(100, 'A')}) {
    v1::ListArticlesRequest request;
    v1::ListArticlesResponse response;
    request.set_page_token(forged);
    EXPECT_THAT(List(request, &response), refused(errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN));
    request.clear_page_token();
    request.set_min_position(forged);
    EXPECT_THAT(List(request, &response), refused(errors::v1::ERROR_REASON_INVALID_POSITION));
    v1::GetTopicPageRequest page;
    v1::GetTopicPageResponse page_response;
    page.set_topic("topics/t2");
    page.set_page_token(forged);
    EXPECT_THAT(Page(page, &page_response), refused(errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN));
  }
}

TEST_F(ListServiceTest, TakesATokenOnlyWithTheArgumentsItWasGivenFor) {
  v1::ListArticlesRequest request;
  request.mutable_filter()->add_any_topics("topics/t2");
  v1::ListArticlesResponse response;
  ASSERT_THAT(List(request, &response), IsOk());
  request.set_page_token(response.next_page_token());
  request.set_page_size(5);
  EXPECT_THAT(List(request, &response), IsOk());
  request.mutable_filter()->set_any_topics(0, "topics/t3");
  EXPECT_THAT(List(request, &response), HasReason(errors::v1::ERROR_REASON_PAGE_TOKEN_MISMATCH));
  std::string changed = request.page_token();
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  request.mutable_filter()->set_any_topics(0, "topics/t2");
  request.set_page_token(changed);
  EXPECT_THAT(List(request, &response), HasReason(errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN));
  // Nor is one method's token another method's.
  v1::GetTopicPageRequest page;
  page.set_topic("topics/t2");
  v1::GetTopicPageResponse page_response;
  ASSERT_THAT(Page(page, &page_response), IsOk());
  request.set_page_token(page_response.next_page_token());
  EXPECT_THAT(List(request, &response), HasReason(errors::v1::ERROR_REASON_PAGE_TOKEN_MISMATCH));
}

TEST_F(ListServiceTest, AnswersATopicsPageInOneCall) {
  v1::GetTopicPageRequest request;
  request.set_topic("topics/t3");
  v1::GetTopicPageResponse response;
  ASSERT_THAT(Page(request, &response), IsOk());
  EXPECT_EQ(response.topic().name(), "topics/t2");
  EXPECT_EQ(response.articles_size(), 10);
  EXPECT_EQ(response.total().size(), 205);
  EXPECT_EQ(response.total().exactness(), v1::EXACTNESS_EXACT);
  ASSERT_EQ(response.related_topics_size(), 1);
  EXPECT_EQ(response.related_topics(0).name(), "topics/t1");
  request.set_topic("topics/t1");
  request.set_include_descendants(true);
  request.mutable_filter()->add_publications("publications/m1");
  ASSERT_THAT(Page(request, &response), IsOk());
  EXPECT_EQ(response.total().size(), 205);
  ASSERT_EQ(response.related_topics_size(), 1);
  EXPECT_EQ(response.related_topics(0).name(), "topics/t2");
  request.set_topic("topics/none");
  EXPECT_THAT(Page(request, &response), HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  request.clear_topic();
  EXPECT_THAT(Page(request, &response), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

}  // namespace
}  // namespace dateline::query::service
