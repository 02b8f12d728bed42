// The catalog as its callers see it: over gRPC, on a real PostgreSQL, which also goes away.

#include <grpcpp/create_channel.h>

#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/rpc/status.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/catalog_server.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::PostgresCluster;

// A catalog on a database, and a caller.
class Catalog {
 public:
  explicit Catalog(const std::string& conninfo) {
    CatalogServerOptions options;
    options.database = conninfo;
    options.connections = 4;
    options.page_token_key = "key";
    options.rpc.drain_timeout = absl::Seconds(1);
    auto server = CatalogServer::Start(options, metrics_);
    if (!server.ok()) std::abort();
    server_ = *std::move(server);
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(static_cast<int>(limits::kMaxMessageBytes));
    channel_ = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                         grpc::InsecureChannelCredentials(), arguments);
    stub_ = v1::CatalogService::NewStub(channel_);
  }

  // Calls a unary method; the status as an absl::Status with its details.
  template <typename Request, typename Response>
  absl::Status Call(grpc::Status (v1::CatalogService::Stub::*method)(grpc::ClientContext*,
                                                                     const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    return rpc::FromGrpcStatus((stub_.get()->*method)(&context, request, response));
  }

  // Calls until it succeeds, for at most 30 s.
  absl::Status CreateTopicEventually(const std::string& id) {
    absl::Status status;
    const absl::Time until = absl::Now() + absl::Seconds(30);
    do {
      status = CreateTopic(id);
    } while (status.code() == absl::StatusCode::kUnavailable && absl::Now() < until);
    return status;
  }

  absl::Status CreateTopic(const std::string& id, std::string* position = nullptr) {
    v1::CreateTopicRequest request;
    v1::CreateTopicResponse response;
    request.set_topic_id(id);
    request.mutable_topic()->set_display_name(id);
    const absl::Status status = Call(&v1::CatalogService::Stub::CreateTopic, request, &response);
    if (position != nullptr) *position = response.position();
    return status;
  }

  absl::Status CreatePublication() {
    v1::CreatePublicationRequest request;
    v1::CreatePublicationResponse response;
    request.set_publication_id("daily");
    request.mutable_publication()->set_title("Daily");
    return Call(&v1::CatalogService::Stub::CreatePublication, request, &response);
  }

  // All pages of an export.
  std::vector<v1::ExportArticlesResponse> Export(const v1::ExportArticlesRequest& request,
                                                 absl::Status* status) {
    grpc::ClientContext context;
    std::vector<v1::ExportArticlesResponse> pages;
    const auto stream = stub_->ExportArticles(&context, request);
    for (v1::ExportArticlesResponse page; stream->Read(&page);) pages.push_back(page);
    *status = rpc::FromGrpcStatus(stream->Finish());
    return pages;
  }

  // The status with which a stream from `position` ends, once it has ended by itself.
  absl::Status EndOfStream(const std::string& position) {
    grpc::ClientContext context;
    v1::StreamChangesRequest request;
    request.set_position(position);
    const auto stream = stub_->StreamChanges(&context, request);
    for (v1::StreamChangesResponse batch; stream->Read(&batch);) {
    }
    return rpc::FromGrpcStatus(stream->Finish());
  }

  v1::CatalogService::Stub& stub() { return *stub_; }
  CatalogServer& server() { return *server_; }

 private:
  obs::Metrics metrics_;
  std::unique_ptr<CatalogServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::CatalogService::Stub> stub_;
};

std::string SharedDatabase() {
  auto& cluster = PostgresCluster::Shared();
  return cluster.ConnInfo(cluster.NewDatabase(), "dateline_catalog");
}

TEST(CatalogServerTest, ExportGivesEverythingInOrderAndResumes) {
  Catalog catalog(SharedDatabase());
  ASSERT_THAT(catalog.CreatePublication(), IsOk());
  ASSERT_THAT(catalog.CreateTopic("energy"), IsOk());
  testing::UpsertBuilder batch;
  for (int i = 0; i < 600; ++i) {
    batch.Item(absl::StrCat(i), absl::StrCat("Title ", i)).Topic("topics/energy");
  }
  v1::BatchUpsertArticlesResponse upserted;
  ASSERT_THAT(
      catalog.Call(&v1::CatalogService::Stub::BatchUpsertArticles, batch.request(), &upserted),
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
  v1::ExportArticlesRequest resume;
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

TEST(CatalogServerTest, ExportByNameAndByKeys) {
  Catalog catalog(SharedDatabase());
  ASSERT_THAT(catalog.CreatePublication(), IsOk());
  testing::UpsertBuilder batch;
  batch.Item("1", "One").Item("2", "Two");
  v1::BatchUpsertArticlesResponse upserted;
  ASSERT_THAT(
      catalog.Call(&v1::CatalogService::Stub::BatchUpsertArticles, batch.request(), &upserted),
      IsOk());
  v1::ExportArticlesRequest request;
  request.add_names(upserted.results(1).article());
  request.add_names("articles/none");
  absl::Status status;
  auto pages = catalog.Export(request, &status);
  ASSERT_THAT(status, IsOk());
  ASSERT_EQ(pages[0].states_size(), 1);
  EXPECT_EQ(pages[0].states(0).name(), upserted.results(1).article());
  EXPECT_TRUE(pages[0].states(0).has_article());
  v1::ExportArticlesRequest keys;
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

TEST(CatalogServerTest, PagesOfTopicsNeitherRepeatNorSkip) {
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

TEST(CatalogServerTest, BadRequestsAreAnsweredWithTheirReason) {
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
  EXPECT_THAT(catalog.Call(&Stub::BatchUpsertArticles, upsert, &upserted),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_THAT(catalog.EndOfStream("junk"), HasReason(errors::v1::ERROR_REASON_INVALID_POSITION));
  v1::ListArticlesResponse articles;
  EXPECT_THAT(catalog.Call(&Stub::ListArticles, v1::ListArticlesRequest(), &articles),
              HasReason(errors::v1::ERROR_REASON_NOT_IMPLEMENTED));
}

TEST(CatalogServerTest, NamesAllThatIsWrongWithTopicsToAdd) {
  Catalog catalog(SharedDatabase());
  using Stub = v1::CatalogService::Stub;
  v1::BatchAddArticleTopicsRequest request;
  v1::BatchAddArticleTopicsResponse response;
  EXPECT_THAT(catalog.Call(&Stub::BatchAddArticleTopics, request, &response), IsOk());
  EXPECT_FALSE(response.position().empty());
  request.add_items()->set_article("topics/a");
  request.add_items()->set_article("articles/a");
  request.mutable_items(1)->add_topics("rail");
  const absl::Status refused = catalog.Call(&Stub::BatchAddArticleTopics, request, &response);
  EXPECT_THAT(refused, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_EQ(error::FieldViolationsOf(refused).field_violations_size(), 2);
  request.clear_items();
  for (int i = 0; i <= limits::kMaxBatchSize; ++i) request.add_items()->set_article("articles/a");
  EXPECT_THAT(catalog.Call(&Stub::BatchAddArticleTopics, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST(CatalogServerTest, FilteredStreamIsToldOfEveryPosition) {
  Catalog catalog(SharedDatabase());
  std::string first, last;
  ASSERT_THAT(catalog.CreateTopic("a", &first), IsOk());
  grpc::ClientContext context;
  v1::StreamChangesRequest request;
  request.set_position(first);
  request.add_kinds(v1::RESOURCE_KIND_ARTICLE);
  const auto stream = catalog.stub().StreamChanges(&context, request);
  ASSERT_THAT(catalog.CreateTopic("b", &last), IsOk());
  const auto target = DecodePosition(last, "position");
  v1::StreamChangesResponse batch;
  bool reached = false;
  while (!reached && stream->Read(&batch)) {
    EXPECT_EQ(batch.changes_size(), 0);
    reached = ComparePositions(*DecodePosition(batch.position(), "position"), *target) >= 0;
  }
  EXPECT_TRUE(reached);
  context.TryCancel();
  EXPECT_FALSE(stream->Finish().ok());
}

TEST(CatalogServerTest, AnswersUnavailableWhileTheDatabaseIsDownAndRecovers) {
  auto cluster = PostgresCluster::Start();
  ASSERT_THAT(cluster, IsOk());
  ASSERT_THAT((*cluster)->CreateMigratedDatabase("dateline"), IsOk());
  Catalog catalog((*cluster)->ConnInfo("dateline", "dateline_catalog"));
  ASSERT_THAT(catalog.CreateTopicEventually("a"), IsOk());
  (*cluster)->Kill();
  absl::Status status = catalog.CreateTopic("b");
  // The pool's connections are broken; a call that was committing does not know what became of it.
  if (error::ReasonOf(status) == errors::v1::ERROR_REASON_OUTCOME_UNKNOWN) {
    status = catalog.CreateTopic("b");
  }
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
  EXPECT_LT(error::RetryDelayOf(status), absl::Seconds(60));
  v1::GetStatusResponse answer;
  ASSERT_THAT(catalog.Call(&v1::CatalogService::Stub::GetStatus, v1::GetStatusRequest(), &answer),
              IsOk());
  EXPECT_FALSE(answer.database_reachable());
  ASSERT_THAT((*cluster)->Restart(), IsOk());
  EXPECT_THAT(catalog.CreateTopicEventually("c"), IsOk());
}

TEST(CatalogServerTest, StartsWithoutItsDatabase) {
  auto cluster = PostgresCluster::Start();
  ASSERT_THAT(cluster, IsOk());
  ASSERT_THAT((*cluster)->CreateMigratedDatabase("dateline"), IsOk());
  (*cluster)->Kill();
  Catalog catalog((*cluster)->ConnInfo("dateline", "dateline_catalog"));
  EXPECT_THAT(catalog.CreateTopic("a"), HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
  ASSERT_THAT((*cluster)->Restart(), IsOk());
  EXPECT_THAT(catalog.CreateTopicEventually("a"), IsOk());
}

TEST(CatalogServerTest, NewTimelineExpiresPositionsAndOpenStreams) {
  auto primary = PostgresCluster::Start();
  ASSERT_THAT(primary, IsOk());
  ASSERT_THAT((*primary)->CreateMigratedDatabase("dateline"), IsOk());
  auto standby = (*primary)->MakeStandby();
  ASSERT_THAT(standby, IsOk());
  Catalog catalog(absl::StrCat((*primary)->ConnInfo("dateline", "dateline_catalog"),
                               " host=127.0.0.1,127.0.0.1", " port=", (*primary)->port(), ",",
                               (*standby)->port(), " target_session_attrs=read-write"));
  ASSERT_THAT(catalog.CreateTopicEventually("a"), IsOk());
  std::string position;
  ASSERT_THAT(catalog.CreateTopic("b", &position), IsOk());
  grpc::ClientContext context;
  v1::StreamChangesRequest request;
  request.set_position(position);
  const auto open = catalog.stub().StreamChanges(&context, request);
  v1::StreamChangesResponse bookmark;
  ASSERT_TRUE(open->Read(&bookmark));
  (*primary)->Kill();
  ASSERT_THAT((*standby)->Promote(), IsOk());
  while (open->Read(&bookmark)) {
  }
  EXPECT_THAT(rpc::FromGrpcStatus(open->Finish()),
              HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
  EXPECT_THAT(catalog.EndOfStream(position), HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
  EXPECT_THAT(catalog.CreateTopicEventually("c"), IsOk());
}

}  // namespace
}  // namespace dateline::catalog
