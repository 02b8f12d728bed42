// The paths of articles that editors write.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_editing_test_base.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Stub = v1::CatalogService::Stub;
using v1::ArticleRecord;

TEST_F(EditingTest, AnIdAndAPathAreTakenOnce) {
  v1::CreateArticleRequest request = New("One");
  request.set_article_id("one");
  request.mutable_article()->set_path("/one");
  Create(request);
  v1::CreateArticleResponse response;
  EXPECT_THAT(catalog_.Call(&Stub::CreateArticle, request, &response),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_EXISTS));
  // A draft holds its path.
  request.set_article_id("two");
  EXPECT_THAT(catalog_.Call(&Stub::CreateArticle, request, &response),
              HasReason(errors::v1::ERROR_REASON_PATH_TAKEN));
  // One that is made from the title avoids it.
  request.mutable_article()->clear_path();
  const ArticleRecord two = Create(request);
  request.set_article_id("three");
  EXPECT_NE(Create(request).article().path(), two.article().path());
}

TEST_F(EditingTest, AnOldPathLeadsToTheArticleOnceTheNewOneIsLive) {
  const std::string name = CreatePublished("One", "/one").name();
  ASSERT_THAT(Move(name, "/two", /*publish=*/false), IsOk());
  EXPECT_THAT(Redirects(), IsEmpty());
  // The path that a draft holds is nobody else's.
  const std::string other = CreatePublished("Other", "/other").name();
  EXPECT_THAT(Move(other, "/two", true), HasReason(errors::v1::ERROR_REASON_PATH_TAKEN));
  EXPECT_THAT(Move(other, "/one", true), HasReason(errors::v1::ERROR_REASON_PATH_TAKEN));
  ASSERT_THAT(Publish(name), IsOk());
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/one -> " + name));
  ASSERT_THAT(Move(name, "/three", true), IsOk());
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/one -> " + name, "/two -> " + name));
  // A live path beats a remembered one, which leads on until then.
  ASSERT_THAT(Move(other, "/one", false), IsOk());
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/one -> " + name, "/two -> " + name));
  ASSERT_THAT(Publish(other), IsOk());
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/two -> " + name, "/other -> " + other));
  // Back again.
  ASSERT_THAT(Move(name, "/two", true), IsOk());
  EXPECT_THAT(Redirects(), UnorderedElementsAre("/other -> " + other, "/three -> " + name));
}

TEST_F(EditingTest, TwoArticlesSwapTheirPaths) {
  const std::string a = CreatePublished("A", "/a").name();
  const std::string b = CreatePublished("B", "/b").name();
  v1::BatchUpdateArticlesRequest request;
  for (const auto& [name, path] : {std::pair(a, "/b"), std::pair(b, "/a")}) {
    *request.add_requests() = Change(name);
    request.mutable_requests()->rbegin()->mutable_article()->set_path(path);
    request.mutable_requests()->rbegin()->set_publish(true);
  }
  v1::BatchUpdateArticlesResponse response;
  ASSERT_THAT(catalog_.Call(&Stub::BatchUpdateArticles, request, &response), IsOk());
  ASSERT_EQ(response.records_size(), 2);
  EXPECT_EQ(response.records(0).article().path(), "/b");
  EXPECT_EQ(Get(b).article().path(), "/a");
  EXPECT_THAT(Redirects(), IsEmpty());
  // All or nothing.
  request.mutable_requests(1)->set_etag("\"1-0000000000000000\"");
  request.mutable_requests(0)->mutable_article()->set_title("Changed");
  EXPECT_THAT(catalog_.Call(&Stub::BatchUpdateArticles, request, &response),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  EXPECT_EQ(Get(a).article().title(), "A");
  *request.mutable_requests(1) = request.requests(0);
  EXPECT_THAT(catalog_.Call(&Stub::BatchUpdateArticles, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(EditingTest, APathIsResolvedForEditors) {
  const std::string name = CreatePublished("One", "/one").name();
  v1::CreateArticleRequest draft = New("Draft");
  draft.mutable_article()->set_path("/draft");
  const std::string waiting = Create(draft).name();
  const auto resolve = [&](const std::string& path) -> std::string {
    v1::ResolvePathRequest request;
    request.set_publication("publications/daily");
    request.set_path(path);
    v1::ResolvePathResponse response;
    const absl::Status status = catalog_.Call(&Stub::ResolvePath, request, &response);
    if (!status.ok()) return error::ReasonName(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
    return response.has_record() ? response.record().name() : "to " + response.redirect_target();
  };
  const std::string none = error::ReasonName(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_EQ(resolve("/one"), name);
  EXPECT_EQ(resolve("/draft"), waiting);
  EXPECT_EQ(resolve("/none"), none);
  ASSERT_THAT(Move(name, "/two", true), IsOk());
  EXPECT_EQ(resolve("/one"), "to /two");
  EXPECT_EQ(resolve("/two"), name);
  // An old path that another's draft holds leads on.
  ASSERT_THAT(Move(waiting, "/one", false), IsOk());
  EXPECT_EQ(resolve("/one"), "to /two");
  EXPECT_EQ(resolve("/draft"), none);
  v1::DeleteArticleRequest remove;
  remove.set_name(name);
  v1::DeleteArticleResponse removed;
  ASSERT_THAT(catalog_.Call(&Stub::DeleteArticle, remove, &removed), IsOk());
  EXPECT_EQ(resolve("/two"), none);
  EXPECT_EQ(resolve("/one"), waiting);
}

}  // namespace
}  // namespace dateline::catalog
