#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::PostgresCluster;

TEST(CatalogMethodsTest, ExportGivesEverythingInOrderAndResumes) {
  Catalog catalog(SharedDatabase());
  ASSERT_THAT(catalog.CreatePublication(), IsOk());
  ASSERT_THAT(catalog.CreateTopic("energy"), IsOk());
  testing::UpsertBuilder batch;
  for (int i = 0; i < 600; ++i) {
    batch.Item(absl::StrCat(i), absl::StrCat("Title ", i)).Topic("topics/energy");
  }
  v1::BatchUpsertArticlesResponse upserted;
  ASSERT_THAT(
      catalog.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &upserted),
      IsOk());
  absl::Status status;
  const auto pages = catalog.Export({}, &status);
  ASSERT_THAT(status, IsOk());
  EXPECT_FALSE(pages.front().start_position().empty());
  EXPECT_FALSE(pages.back().end_position().empty());
  std::vector<std::string> names;
  for (const auto& page : pages) {
    for (const auto& state : page.states()) names.push_back(state.name());
  }
  ASSERT_EQ(names.size(), 602u);
  EXPECT_EQ(names[0], "publications/daily");
  EXPECT_EQ(names[1], "topics/energy");
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 602u);
  // Resumed behind the third page, the rest comes, with the same start.
  v1::ExportResourcesRequest resume;
  resume.set_page_token(pages[2].page_token());
  const auto rest = catalog.Export(resume, &status);
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(rest.front().start_position(), pages.front().start_position());
  EXPECT_EQ(rest.size(), pages.size() - 3);
  // A token belongs to its view, and is not to be made up.
  resume.set_view(v1::EXPORT_VIEW_KEYS);
  catalog.Export(resume, &status);
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_PAGE_TOKEN_MISMATCH));
  resume.set_page_token("forged");
  catalog.Export(resume, &status);
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN));
}

TEST(CatalogMethodsTest, ExportByNameAndByKeys) {
  Catalog catalog(SharedDatabase());
  ASSERT_THAT(catalog.CreatePublication(), IsOk());
  testing::UpsertBuilder batch;
  batch.Item("1", "One").Item("2", "Two");
  v1::BatchUpsertArticlesResponse upserted;
  ASSERT_THAT(
      catalog.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &upserted),
      IsOk());
  v1::ExportResourcesRequest request;
  request.add_names(upserted.results(1).article());
  request.add_names("articles/none");
  absl::Status status;
  auto pages = catalog.Export(request, &status);
  ASSERT_THAT(status, IsOk());
  ASSERT_EQ(pages[0].states_size(), 1);
  EXPECT_EQ(pages[0].states(0).name(), upserted.results(1).article());
  EXPECT_TRUE(pages[0].states(0).has_article());
  v1::ExportResourcesRequest keys;
  keys.set_view(v1::EXPORT_VIEW_KEYS);
  int articles = 0;
  for (const auto& page : catalog.Export(keys, &status)) {
    for (const auto& state : page.states()) {
      EXPECT_EQ(state.state_case(), v1::ResourceState::STATE_NOT_SET);
      EXPECT_NE(state.digest(), 0u);
      articles += state.kind() == v1::RESOURCE_KIND_ARTICLE;
    }
  }
  EXPECT_EQ(articles, 2);
}

TEST(CatalogMethodsTest, PagesOfTopicsNeitherRepeatNorSkip) {
  Catalog catalog(SharedDatabase());
  for (int i = 0; i < 7; ++i) ASSERT_THAT(catalog.CreateTopic(absl::StrCat("t", i)), IsOk());
  v1::ListTopicsRequest request;
  request.set_page_size(3);
  std::vector<std::string> names;
  do {
    v1::ListTopicsResponse page;
    ASSERT_THAT(catalog.Call(&v1::CatalogService::Stub::ListTopics, request, &page), IsOk());
    for (const auto& topic : page.topics()) names.push_back(topic.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ::testing::ElementsAre("topics/t0", "topics/t1", "topics/t2", "topics/t3",
                                            "topics/t4", "topics/t5", "topics/t6"));
}

TEST(CatalogMethodsTest, BadRequestsAreAnsweredWithTheirReason) {
  Catalog catalog(SharedDatabase());
  using Stub = v1::CatalogService::Stub;
  v1::ListTopicsResponse topics;
  v1::ListTopicsRequest list;
  list.set_page_size(-1);
  EXPECT_THAT(catalog.Call(&Stub::ListTopics, list, &topics),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  list.set_page_size(10'000);
  EXPECT_THAT(catalog.Call(&Stub::ListTopics, list, &topics), IsOk());
  list.set_page_token("forged");
  EXPECT_THAT(catalog.Call(&Stub::ListTopics, list, &topics),
              HasReason(errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN));
  EXPECT_THAT(catalog.CreateTopic("Not An Id"), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  v1::GetTopicRequest get;
  v1::GetTopicResponse got;
  get.set_name("authors/x");
  EXPECT_THAT(catalog.Call(&Stub::GetTopic, get, &got),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  get.set_name("topics/none");
  EXPECT_THAT(catalog.Call(&Stub::GetTopic, get, &got),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  v1::BatchUpsertArticlesRequest upsert;
  v1::BatchUpsertArticlesResponse upserted;
  upsert.set_source("sources/a");
  upsert.set_publication("publications/none");
  EXPECT_THAT(catalog.Call(&v1::IntakeService::Stub::BatchUpsertArticles, upsert, &upserted),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_THAT(catalog.EndOfStream("junk"), HasReason(errors::v1::ERROR_REASON_INVALID_POSITION));
}

TEST(CatalogMethodsTest, RejectsTheTopicsToAddThatAreWrongOneByOne) {
  Catalog catalog(SharedDatabase());
  constexpr auto kMethod = &v1::IntakeService::Stub::BatchAddArticleTopics;
  v1::BatchAddArticleTopicsRequest request;
  v1::BatchAddArticleTopicsResponse response;
  EXPECT_THAT(catalog.Call(kMethod, request, &response), IsOk());
  EXPECT_FALSE(response.position().empty());
  request.add_items()->set_article("topics/a");
  request.add_items()->set_article("articles/a");
  request.mutable_items(1)->add_topics("rail");
  request.add_items()->set_article("articles/a");
  ASSERT_THAT(catalog.Call(kMethod, request, &response), IsOk());
  ASSERT_EQ(response.results_size(), 3);
  const auto reason = [&](int i) {
    return error::ReasonOf(error::FromProto(response.results(i).error()));
  };
  EXPECT_EQ(reason(0), errors::v1::ERROR_REASON_INVALID_FIELD);
  EXPECT_EQ(reason(1), errors::v1::ERROR_REASON_INVALID_FIELD);
  EXPECT_EQ(reason(2), errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  request.clear_items();
  for (int i = 0; i <= limits::kMaxBatchSize; ++i) request.add_items()->set_article("articles/a");
  EXPECT_THAT(catalog.Call(kMethod, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST(CatalogMethodsTest, ListsTopicsByParentKindAndPrefix) {
  Catalog catalog(SharedDatabase());
  ASSERT_THAT(catalog.CreateTopic("asia"), IsOk());
  v1::CreateTopicRequest create;
  v1::CreateTopicResponse created;
  create.set_topic_id("almaty");
  create.mutable_topic()->set_display_name("Almaty's District");
  create.mutable_topic()->add_parents("topics/asia");
  create.mutable_topic()->set_kind(content::v1::TOPIC_KIND_PLACE);
  ASSERT_THAT(catalog.Call(&v1::CatalogService::Stub::CreateTopic, create, &created), IsOk());
  const auto list = [&](const std::function<void(v1::ListTopicsRequest*)>& fill) {
    v1::ListTopicsRequest request;
    v1::ListTopicsResponse response;
    fill(&request);
    EXPECT_THAT(catalog.Call(&v1::CatalogService::Stub::ListTopics, request, &response), IsOk());
    std::string names;
    for (const auto& topic : response.topics()) absl::StrAppend(&names, topic.name(), " ");
    return names;
  };
  EXPECT_EQ(list([](auto*) {}), "topics/almaty topics/asia ");
  EXPECT_EQ(list([](auto* request) { request->set_parent("topics/asia"); }), "topics/almaty ");
  EXPECT_EQ(list([](auto* request) { request->set_parent("topics/none"); }), "");
  EXPECT_EQ(list([](auto* request) { request->set_prefix("ALMATY'S"); }), "topics/almaty ");
  EXPECT_EQ(list([](auto* request) { request->set_prefix("District"); }), "");
  EXPECT_EQ(list([](auto* request) { request->set_kind(content::v1::TOPIC_KIND_PLACE); }),
            "topics/almaty ");
}

TEST(CatalogMethodsTest, AnswersTheFieldsOfARecordThatAReadNames) {
  Catalog catalog(SharedDatabase());
  ASSERT_THAT(catalog.CreatePublication(), IsOk());
  testing::UpsertBuilder batch;
  batch.Item("1", "One");
  v1::BatchUpsertArticlesResponse upserted;
  ASSERT_THAT(
      catalog.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &upserted),
      IsOk());
  v1::GetArticleRequest get;
  v1::GetArticleResponse got;
  get.set_name(upserted.results(0).article());
  get.mutable_read_mask()->add_paths("article.title");
  get.mutable_read_mask()->add_paths("version");
  ASSERT_THAT(catalog.Call(&v1::CatalogService::Stub::GetArticle, get, &got), IsOk());
  v1::ArticleRecord want;
  want.mutable_article()->set_title("One");
  want.set_version(1);
  EXPECT_EQ(got.record().SerializeAsString(), want.SerializeAsString());
  get.mutable_read_mask()->add_paths("no_such_field");
  EXPECT_THAT(catalog.Call(&v1::CatalogService::Stub::GetArticle, get, &got),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  get.clear_read_mask();
  get.set_revision(v1::REVISION_SELECTOR_SCHEDULED);
  EXPECT_THAT(catalog.Call(&v1::CatalogService::Stub::GetArticle, get, &got),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST(CatalogMethodsTest, RefusesFiltersOfAStreamThatNameNothing) {
  Catalog catalog(SharedDatabase());
  std::string position;
  ASSERT_THAT(catalog.CreateTopic("a", &position), IsOk());
  v1::StreamChangesRequest request;
  request.set_position(position);
  request.add_topics("topics/none");
  grpc::ClientContext context;
  const auto stream = catalog.changes().StreamChanges(&context, request);
  v1::StreamChangesResponse batch;
  EXPECT_FALSE(stream->Read(&batch));
  EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

}  // namespace
}  // namespace dateline::catalog
