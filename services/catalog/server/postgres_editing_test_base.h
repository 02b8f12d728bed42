#ifndef DATELINE_SERVICES_CATALOG_SERVER_POSTGRES_EDITING_TEST_BASE_H_
#define DATELINE_SERVICES_CATALOG_SERVER_POSTGRES_EDITING_TEST_BASE_H_

// What editors do with articles, over gRPC.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {

// An editor at a catalog with one publication and two topics.
class EditingTest : public ::testing::Test {
 protected:
  EditingTest() : catalog_(SharedDatabase()) {
    EXPECT_THAT(catalog_.CreatePublication(), dateline::testing::IsOk());
    EXPECT_THAT(catalog_.CreateTopic("energy"), dateline::testing::IsOk());
    EXPECT_THAT(catalog_.CreateTopic("ports"), dateline::testing::IsOk());
  }

  v1::CreateArticleRequest New(const std::string& title) const {
    v1::CreateArticleRequest request;
    request.mutable_article()->set_publication("publications/daily");
    request.mutable_article()->set_title(title);
    request.mutable_article()->set_body_html("<p>Some words.</p>");
    return request;
  }

  v1::ArticleRecord Create(const v1::CreateArticleRequest& request) {
    v1::CreateArticleResponse response;
    EXPECT_THAT(catalog_.Call(&v1::CatalogService::Stub::CreateArticle, request, &response),
                dateline::testing::IsOk());
    EXPECT_FALSE(response.position().empty());
    return response.record();
  }

  v1::ArticleRecord CreatePublished(const std::string& title, const std::string& path = "") {
    v1::CreateArticleRequest request = New(title);
    request.set_publish(true);
    request.mutable_article()->set_path(path);
    return Create(request);
  }

  v1::UpdateArticleRequest Change(const std::string& name) const {
    v1::UpdateArticleRequest request;
    request.mutable_article()->set_name(name);
    return request;
  }

  absl::Status Update(const v1::UpdateArticleRequest& request,
                      v1::ArticleRecord* record = nullptr) {
    v1::UpdateArticleResponse response;
    const absl::Status status =
        catalog_.Call(&v1::CatalogService::Stub::UpdateArticle, request, &response);
    if (record != nullptr) *record = response.record();
    return status;
  }

  // Publishes or drafts the article at another path.
  absl::Status Move(const std::string& name, const std::string& path, bool publish) {
    v1::UpdateArticleRequest request = Change(name);
    request.mutable_article()->set_path(path);
    request.set_publish(publish);
    return Update(request);
  }

  v1::ArticleRecord Get(const std::string& name,
                        v1::RevisionSelector revision = v1::REVISION_SELECTOR_UNSPECIFIED) {
    v1::GetArticleRequest request;
    request.set_name(name);
    request.set_revision(revision);
    v1::GetArticleResponse response;
    EXPECT_THAT(catalog_.Call(&v1::CatalogService::Stub::GetArticle, request, &response),
                dateline::testing::IsOk());
    return response.record();
  }

  absl::Status Publish(const std::string& name, v1::ArticleRecord* record = nullptr) {
    v1::PublishArticleRequest request;
    request.set_name(name);
    v1::PublishArticleResponse response;
    const absl::Status status =
        catalog_.Call(&v1::CatalogService::Stub::PublishArticle, request, &response);
    if (record != nullptr) *record = response.record();
    return status;
  }

  v1::UpsertResult Deliver(const testing::UpsertBuilder& batch) {
    v1::BatchUpsertArticlesResponse response;
    EXPECT_THAT(
        catalog_.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &response),
        dateline::testing::IsOk());
    return response.results(0);
  }

  // What replicas are told of old paths: "path -> article".
  std::vector<std::string> Redirects() {
    std::vector<std::string> redirects;
    absl::Status status;
    for (const auto& page : catalog_.Export({}, &status)) {
      for (const auto& state : page.states()) {
        if (!state.has_path()) continue;
        redirects.push_back(absl::StrCat(state.path().path(), " -> ", state.path().article()));
      }
    }
    EXPECT_THAT(status, dateline::testing::IsOk());
    return redirects;
  }

  Catalog catalog_;
};

}  // namespace dateline::catalog

#endif  // DATELINE_SERVICES_CATALOG_SERVER_POSTGRES_EDITING_TEST_BASE_H_
