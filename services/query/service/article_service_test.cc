// Articles by name and path, positions and digests, through gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "absl/strings/match.h"
#include "common/position/position.h"
#include "common/testing/status_matchers.h"
#include "services/query/testing/query_test_fixture.h"

namespace dateline::query::service {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using replica::testing::ArticleSpec;
using replica::testing::At;
using replica::testing::StateOf;
using Stub = v1::QueryService::Stub;

ArticleSpec Withdrawn(int64_t key, catalog::v1::WithdrawalKind kind) {
  ArticleSpec spec{.key = key, .state = content::v1::ARTICLE_STATE_WITHDRAWN};
  spec.withdrawal.set_kind(kind);
  spec.withdrawal.set_target("/elsewhere");
  spec.withdrawal.set_notice("Taken back.");
  return spec;
}

class ArticleServiceTest : public ::testing::Test {
 protected:
  ArticleServiceTest() {
    catalog_.Commit({replica::testing::PublicationState(1), replica::testing::TopicState(1, 1),
                     StateOf({.key = 1, .topics = {1}, .path = "/one"}),
                     StateOf({.key = 2, .embargo = 3'600, .path = "/embargoed"}),
                     StateOf(Withdrawn(3, catalog::v1::WITHDRAWAL_KIND_GONE)),
                     StateOf(Withdrawn(4, catalog::v1::WITHDRAWAL_KIND_REDIRECT)),
                     StateOf(Withdrawn(5, catalog::v1::WITHDRAWAL_KIND_NOTICE)),
                     StateOf(Withdrawn(6, catalog::v1::WITHDRAWAL_KIND_VANISHED)),
                     replica::testing::RememberedPath(1, "/old", 1),
                     replica::testing::RememberedPath(2, "/one", 3),
                     replica::testing::RememberedPath(3, "/was-embargoed", 2)},
                    At(0));
    process_ = std::make_unique<testing::QueryProcess>(catalog_, folder_.path());
    process_->AwaitStatus([](const auto& status) { return status.serving(); });
  }

  absl::Status Get(const std::string& name, const std::string& path,
                   v1::GetArticleResponse* response, const std::string& min_position = "") {
    v1::GetArticleRequest request;
    request.set_name(name);
    request.set_path(path);
    request.set_min_position(min_position);
    return process_->Call(&Stub::GetArticle, request, response);
  }
  absl::Status Resolve(const std::string& path, v1::ResolvePathResponse* response) {
    response->Clear();
    v1::ResolvePathRequest request;
    request.set_path(path);
    return process_->Call(&Stub::ResolvePath, request, response);
  }

  testing::FakeCatalogServer catalog_;
  replica::testing::TemporaryFolder folder_;
  std::unique_ptr<testing::QueryProcess> process_;
};

TEST_F(ArticleServiceTest, AnswersAnArticleByNameAndByPath) {
  v1::GetArticleResponse response;
  ASSERT_THAT(Get("articles/a1", "", &response), IsOk());
  EXPECT_EQ(response.article().name(), "articles/a1");
  EXPECT_FALSE(response.article().body_html().empty());
  ASSERT_THAT(Get("", "/one", &response), IsOk());
  EXPECT_EQ(response.article().name(), "articles/a1");
  EXPECT_THAT(Get("", "", &response), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(Get("", "one", &response), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(ArticleServiceTest, HidesAsIfThereHadNeverBeenAnything) {
  v1::GetArticleResponse response;
  v1::ResolvePathResponse resolved;
  for (const char* name : {"articles/a2", "articles/a3", "articles/a6", "articles/none"}) {
    const absl::Status status = Get(name, "", &response);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound));
    EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  }
  for (const char* path : {"/embargoed", "/was-embargoed", "/6", "/none"}) {
    EXPECT_THAT(Resolve(path, &resolved), StatusIs(absl::StatusCode::kNotFound)) << path;
  }
  v1::BatchGetArticlesRequest request;
  for (const char* name : {"articles/a2", "articles/a1", "articles/none"}) request.add_names(name);
  v1::BatchGetArticlesResponse batch;
  ASSERT_THAT(process_->Call(&Stub::BatchGetArticles, request, &batch), IsOk());
  ASSERT_EQ(batch.results_size(), 3);
  EXPECT_FALSE(batch.results(0).has_article());
  EXPECT_EQ(batch.results(1).article().name(), "articles/a1");
  EXPECT_FALSE(batch.results(2).has_article());
}

TEST_F(ArticleServiceTest, TellsWhatAnAddressLeadsTo) {
  v1::ResolvePathResponse response;
  // The live path beats the remembered one of another article.
  ASSERT_THAT(Resolve("/one", &response), IsOk());
  EXPECT_EQ(response.article().name(), "articles/a1");
  EXPECT_FALSE(response.article().body_html().empty());
  EXPECT_EQ(response.article().state(), content::v1::ARTICLE_STATE_PUBLISHED);
  EXPECT_FALSE(response.position().empty());
  ASSERT_THAT(Resolve("/old", &response), IsOk());
  EXPECT_EQ(response.redirect().target(), "/one");
  EXPECT_TRUE(response.redirect().permanent());
  ASSERT_THAT(Resolve("/3", &response), IsOk());
  EXPECT_TRUE(response.has_gone());
  ASSERT_THAT(Resolve("/4", &response), IsOk());
  EXPECT_EQ(response.redirect().target(), "/elsewhere");
  EXPECT_FALSE(response.redirect().permanent());
  ASSERT_THAT(Resolve("/5", &response), IsOk());
  EXPECT_EQ(response.notice().text(), "Taken back.");
}

TEST_F(ArticleServiceTest, AnswersAnOldPathWithARedirect) {
  v1::GetArticleResponse response;
  ASSERT_THAT(Get("", "/old", &response), IsOk());
  EXPECT_FALSE(response.has_article());
  EXPECT_EQ(response.redirect().target(), "/one");
  EXPECT_TRUE(response.redirect().permanent());
}

TEST_F(ArticleServiceTest, RedirectsFromAPathThatTimeAloneHasLeft) {
  v1::ResolvePathResponse response;
  process_->AwaitPosition(catalog_.Commit(
      {StateOf({.key = 8, .path = "/before", .scheduled = 3'600, .scheduled_path = "/after"}),
       StateOf({.key = 9, .expire = 3'600, .path = "/expires"})},
      At(0)));
  ASSERT_THAT(Resolve("/before", &response), IsOk());
  EXPECT_EQ(response.article().name(), "articles/a8");
  EXPECT_THAT(Resolve("/after", &response), StatusIs(absl::StatusCode::kNotFound));
  process_->AwaitPosition(catalog_.Commit({replica::testing::TopicState(9, 1)}, At(3'601)));
  ASSERT_THAT(Resolve("/before", &response), IsOk());
  EXPECT_EQ(response.redirect().target(), "/after");
  EXPECT_TRUE(response.redirect().permanent());
  ASSERT_THAT(Resolve("/after", &response), IsOk());
  EXPECT_EQ(response.article().name(), "articles/a8");
  EXPECT_THAT(Resolve("/expires", &response), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ArticleServiceTest, AnswersATopicAtItsPath) {
  auto publication = replica::testing::PublicationState(1, 2);
  publication.mutable_publication()->set_topic_path_pattern("/about/{id}.html");
  v1::GetTopicRequest position;
  position.set_min_position(
      catalog_.Commit({publication, replica::testing::TopicState(7, 1)}, At(0)));
  position.set_name("topics/t7");
  v1::GetTopicResponse topic;
  ASSERT_THAT(process_->Call(&Stub::GetTopic, position, &topic), IsOk());
  v1::ResolvePathResponse response;
  ASSERT_THAT(Resolve("/about/t7.html", &response), IsOk());
  EXPECT_EQ(response.topic().name(), "topics/t7");
  for (const char* path : {"/about/.html", "/about/t7", "/about/t8.html", "/about/a/t7.html"}) {
    EXPECT_THAT(Resolve(path, &response), StatusIs(absl::StatusCode::kNotFound)) << path;
  }
}

TEST_F(ArticleServiceTest, BringsThePublicationAlong) {
  v1::GetArticleRequest request;
  request.set_name("articles/a1");
  request.mutable_include()->set_publications(true);
  v1::GetArticleResponse response;
  ASSERT_THAT(process_->Call(&Stub::GetArticle, request, &response), IsOk());
  ASSERT_EQ(response.publications_size(), 1);
  EXPECT_EQ(response.publications(0).name(), "publications/m1");
}

TEST_F(ArticleServiceTest, ReadsItsOwnWritesByPosition) {
  // The call is on its way before the write is made, and waits for it without a thread.
  const std::string position = catalog_.NextPosition();
  auto reading = std::async(std::launch::async, [&] {
    v1::GetArticleResponse response;
    return Get("articles/a9", "", &response, position);
  });
  EXPECT_EQ(catalog_.Commit({StateOf({.key = 9})}, At(0)), position);
  EXPECT_THAT(reading.get(), IsOk());
}

TEST_F(ArticleServiceTest, SaysThatAPositionWasNotReached) {
  v1::GetArticleResponse response;
  const absl::Status status = Get("articles/a1", "", &response, catalog_.NextPosition());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_POSITION_NOT_REACHED));
  EXPECT_LT(error::RetryDelayOf(status), absl::InfiniteDuration());
}

TEST_F(ArticleServiceTest, RefusesAPositionOfAnotherTimelineAtOnce) {
  v1::GetArticleResponse response;
  const absl::Status status =
      Get("articles/a1", "", &response, EncodePosition(replica::testing::PositionAt(1, 2)));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
  EXPECT_THAT(Get("articles/a1", "", &response, "?"),
              HasReason(errors::v1::ERROR_REASON_INVALID_POSITION));
}

// A path that goes on with what stands behind another path in its key: an article's number.
TEST_F(ArticleServiceTest, RefusesControlCharactersInNamesAndPaths) {
  const std::string over_the_key("/one\0\0\0\0\0\0\0\0\0\1\0", 15);
  for (size_t cut = 0; cut <= 11; ++cut) {
    const std::string path = over_the_key.substr(0, 4 + cut);
    v1::GetArticleResponse response;
    v1::ResolvePathResponse resolved;
    if (cut == 0) {
      EXPECT_THAT(Get("", path, &response), IsOk());
      continue;
    }
    for (const absl::Status& status : {Get("", path, &response), Resolve(path, &resolved)}) {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << cut;
      EXPECT_EQ(error::FieldViolationsOf(status).field_violations(0).field(), "path");
    }
  }
  v1::GetArticleResponse response;
  EXPECT_THAT(Get(std::string("articles/a1\0", 12), "", &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(Get("a1", "", &response), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(Get("articles/" + std::string(100'000, 'x'), "", &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  v1::BatchGetArticlesRequest batch;
  batch.add_names("articles/a1");
  batch.add_names("articles/\x01");
  v1::BatchGetArticlesResponse batch_response;
  const absl::Status status = process_->Call(&Stub::BatchGetArticles, batch, &batch_response);
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_EQ(error::FieldViolationsOf(status).field_violations(0).field(), "names[1]");
}

TEST_F(ArticleServiceTest, StaysAliveWhenAForgedPathIsAskedForAheadOfTime) {
  const std::string position = catalog_.NextPosition();
  auto reading = std::async(std::launch::async, [&] {
    v1::GetArticleResponse response;
    return Get("", std::string("/one\0\0\0\0\0\0\0\0\0\1", 14), &response, position);
  });
  catalog_.Commit({StateOf({.key = 9})}, At(0));
  EXPECT_THAT(reading.get(), StatusIs(absl::StatusCode::kInvalidArgument));
  v1::GetArticleResponse response;
  EXPECT_THAT(Get("articles/a9", "", &response, position), IsOk());
}

TEST_F(ArticleServiceTest, RefusesUnknownViews) {
  v1::GetArticleRequest request;
  request.set_name("articles/a1");
  request.set_view(static_cast<content::v1::ArticleView>(99));
  v1::GetArticleResponse response;
  EXPECT_THAT(process_->Call(&Stub::GetArticle, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(ArticleServiceTest, KeepsABatchWithinItsBudget) {
  v1::BatchGetArticlesRequest request;
  request.set_min_position(
      catalog_.Commit({StateOf({.key = 9, .body = std::string(1'000'000, 'x')})}, At(0)));
  request.add_names("articles/a9");
  request.add_names("articles/a1");
  request.add_names("articles/a1");
  request.set_view(content::v1::ARTICLE_VIEW_FULL);
  v1::BatchGetArticlesResponse response;
  ASSERT_THAT(process_->Call(&Stub::BatchGetArticles, request, &response), IsOk());
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(2).article().name(), "articles/a1");
  EXPECT_LE(response.ByteSizeLong(), size_t{7} << 19);
  // The same again and again is one reading, and ends where the answer does.
  request.clear_names();
  for (int i = 0; i < 400; ++i) request.add_names("articles/a9");
  ASSERT_THAT(process_->Call(&Stub::BatchGetArticles, request, &response), IsOk());
  EXPECT_EQ(response.results_size(), 1);
  EXPECT_EQ(response.results(0).name(), "articles/a9");
  EXPECT_LE(response.ByteSizeLong(), size_t{7} << 19);
}

// Every read whose answer may be large, on a server that has room for a small one only.
TEST_F(ArticleServiceTest, RefusesLargeAnswersForWhichThereIsNoRoom) {
  process_.reset();
  process_ = std::make_unique<testing::QueryProcess>(catalog_, folder_.path(), absl::ZeroDuration(),
                                                     /*max_answer_bytes=*/100'000);
  const std::string position = catalog_.Commit(
      {StateOf({.key = 9, .topics = {1}, .path = "/nine", .body = std::string(1'000'000, 'x')})},
      At(0));
  const auto call = [&](auto method, auto request, auto response) {
    request.set_min_position(position);
    return process_->Call(method, request, &response);
  };
  v1::GetArticleRequest get;
  get.set_name("articles/a9");
  v1::BatchGetArticlesRequest batch;
  batch.add_names("articles/a9");
  v1::ResolvePathRequest resolve;
  resolve.set_path("/nine");
  v1::GetTopicPageRequest page;
  page.set_topic("topics/t1");
  for (const absl::Status& status :
       {call(&Stub::GetArticle, get, v1::GetArticleResponse()),
        call(&Stub::BatchGetArticles, batch, v1::BatchGetArticlesResponse()),
        call(&Stub::ResolvePath, resolve, v1::ResolvePathResponse()),
        call(&Stub::ListArticles, v1::ListArticlesRequest(), v1::ListArticlesResponse()),
        call(&Stub::GetTopicPage, page, v1::GetTopicPageResponse())}) {
    EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_QUOTA_EXCEEDED));
  }
  v1::GetArticleResponse small;
  EXPECT_THAT(Get("articles/a1", "", &small), IsOk());
}

// The fixture's executor has one thread: a digest that waits must not hold it.
TEST_F(ArticleServiceTest, TellsHowItIsWhileDigestsWaitForAPosition) {
  v1::GetDigestRequest request;
  request.set_min_position(catalog_.NextPosition());
  std::vector<std::future<absl::Status>> digests;
  digests.reserve(4);
  for (int i = 0; i < 4; ++i) {
    digests.push_back(std::async(std::launch::async, [&] {
      v1::GetDigestResponse response;
      return process_->Call(&v1::ReplicaService::Stub::GetDigest, request, &response);
    }));
  }
  for (int i = 0; i < 50; ++i) {
    v1::GetStatusResponse status;
    ASSERT_THAT(process_->Call(&Stub::GetStatus, v1::GetStatusRequest(), &status), IsOk());
    ASSERT_NE(status.position(), request.min_position());
  }
  catalog_.Commit({StateOf({.key = 9})}, At(0));
  for (auto& digest : digests) EXPECT_THAT(digest.get(), IsOk());
}

TEST_F(ArticleServiceTest, DigestsEveryTable) {
  v1::GetDigestResponse response;
  ASSERT_THAT(
      process_->Call(&v1::ReplicaService::Stub::GetDigest, v1::GetDigestRequest(), &response),
      IsOk());
  EXPECT_EQ(response.articles(), 6);
  EXPECT_GE(response.tables_size(), 6);
  v1::GetDigestRequest request;
  request.set_min_position(catalog_.Commit({StateOf({.key = 9})}, At(0)));
  ASSERT_THAT(process_->Call(&v1::ReplicaService::Stub::GetDigest, request, &response), IsOk());
  EXPECT_EQ(response.articles(), 7);
  EXPECT_EQ(response.position(), request.min_position());
  request.set_min_position(EncodePosition(replica::testing::PositionAt(1, 2)));
  EXPECT_THAT(process_->Call(&v1::ReplicaService::Stub::GetDigest, request, &response),
              HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
}

TEST_F(ArticleServiceTest, DigestsResourcesPageByPage) {
  v1::GetDigestRequest request;
  request.set_view(v1::DIGEST_VIEW_RESOURCES);
  request.set_page_size(2);
  std::vector<std::string> names;
  std::set<std::pair<int, int64_t>> places;
  v1::GetDigestResponse response;
  do {
    ASSERT_THAT(process_->Call(&v1::ReplicaService::Stub::GetDigest, request, &response), IsOk());
    ASSERT_LE(response.resources_size(), 2);
    for (const v1::ResourceDigest& digest : response.resources()) {
      names.push_back(digest.name());
      EXPECT_TRUE(places.emplace(digest.kind(), digest.key()).second);
      EXPECT_NE(digest.state_digest(), 0u);
      EXPECT_EQ(digest.live_digest() != 0, absl::StartsWith(digest.name(), "articles/"));
    }
    request.set_page_token(response.next_page_token());
  } while (!response.next_page_token().empty());
  EXPECT_THAT(names, ::testing::Contains("articles/a1"));
  request.set_page_size(2'147'483'647);
  ASSERT_THAT(process_->Call(&v1::ReplicaService::Stub::GetDigest, request, &response), IsOk());
  EXPECT_EQ(static_cast<size_t>(response.resources_size()), names.size());
  request.set_page_token("x");
  for (const auto view : {v1::DIGEST_VIEW_RESOURCES, v1::DIGEST_VIEW_TABLES,
                          v1::DIGEST_VIEW_DERIVED, v1::DIGEST_VIEW_UNSPECIFIED}) {
    request.set_view(view);
    EXPECT_THAT(process_->Call(&v1::ReplicaService::Stub::GetDigest, request, &response),
                HasReason(errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN));
  }
}

TEST_F(ArticleServiceTest, ChecksWhatItDerives) {
  v1::GetDigestRequest request;
  request.set_view(v1::DIGEST_VIEW_DERIVED);
  v1::GetDigestResponse response;
  ASSERT_THAT(process_->Call(&v1::ReplicaService::Stub::GetDigest, request, &response), IsOk());
  EXPECT_GT(response.entries(), 20);
  EXPECT_EQ(response.faults_size(), 0) << response.DebugString();
}

}  // namespace
}  // namespace dateline::query::service
