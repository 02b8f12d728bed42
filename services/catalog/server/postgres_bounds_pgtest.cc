// What is too large: refused where it is written, and where an older build has stored it, it stops
// nobody who reads. Callers take messages of 4 MiB at most, as gRPC's clients do by default.

#include <grpcpp/create_channel.h>

#include <map>
#include <memory>
#include <optional>
#include <pqxx/pqxx>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/position/position.h"
#include "common/rpc/status.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "google/protobuf/unknown_field_set.h"
#include "prometheus/counter.h"
#include "services/catalog/server/catalog_server.h"
#include "services/catalog/testing/test_service_stubs.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::PostgresCluster;
using Stub = v1::CatalogService::Stub;

constexpr size_t kMiB = size_t{1} << 20;

class CatalogBoundsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto& cluster = PostgresCluster::Shared();
    database_ = cluster.NewDatabase();
    options_.database = cluster.ConnInfo(database_, "dateline_catalog");
    options_.connections = 4;
    options_.page_token_key = "key";
    options_.rpc.drain_timeout = absl::Seconds(1);
    Start();
    v1::CreatePublicationRequest request;
    request.set_publication_id("daily");
    request.mutable_publication()->set_title("Daily");
    v1::CreatePublicationResponse response;
    ASSERT_THAT(Call(&Stub::CreatePublication, request, &response), IsOk());
  }

  void Start() {
    server_.reset();
    auto server = CatalogServer::Start(options_, metrics_);
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    stubs_ = std::make_unique<testing::Stubs>(grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials()));
  }

  template <typename Method, typename Request, typename Response>
  absl::Status Call(Method method, const Request& request, Response* response) {
    return stubs_->Call(method, request, response);
  }

  absl::Status CreateTopic(const std::string& id, const std::string& description = "") {
    v1::CreateTopicRequest request;
    request.set_topic_id(id);
    request.mutable_topic()->set_display_name(id);
    request.mutable_topic()->set_description(description);
    v1::CreateTopicResponse response;
    return Call(&Stub::CreateTopic, request, &response);
  }

  absl::Status CreateAuthor(const std::string& id, const std::string& bio = "") {
    v1::CreateAuthorRequest request;
    request.set_author_id(id);
    request.mutable_author()->set_display_name(id);
    request.mutable_author()->set_bio(bio);
    v1::CreateAuthorResponse response;
    return Call(&Stub::CreateAuthor, request, &response);
  }

  v1::BatchUpsertArticlesResponse Upsert(const v1::BatchUpsertArticlesRequest& request) {
    v1::BatchUpsertArticlesResponse response;
    EXPECT_THAT(Call(&v1::IntakeService::Stub::BatchUpsertArticles, request, &response), IsOk());
    return response;
  }

  // All states of an export, by name; its status must be OK.
  std::map<std::string, v1::ResourceState> Export() {
    grpc::ClientContext context;
    std::map<std::string, v1::ResourceState> states;
    const auto stream = stubs_->changes().ExportResources(&context, {});
    for (v1::ExportResourcesResponse page; stream->Read(&page);) {
      EXPECT_LE(page.ByteSizeLong(), limits::kAnswerByteBudget);
      end_ = page.end_position();
      for (const v1::ResourceState& state : page.states()) states[state.name()] = state;
    }
    EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()), IsOk());
    return states;
  }

  // Reads changes from `position` on until `name` has come; its last state, or nothing if the
  // stream ended before.
  std::optional<v1::ResourceState> NextOf(const std::string& position, const std::string& name) {
    grpc::ClientContext context;
    v1::StreamChangesRequest request;
    request.set_position(position);
    const auto stream = stubs_->changes().StreamChanges(&context, request);
    std::optional<v1::ResourceState> found;
    for (v1::StreamChangesResponse batch; !found.has_value() && stream->Read(&batch);) {
      EXPECT_LE(batch.ByteSizeLong(), limits::kAnswerByteBudget);
      for (const v1::Change& change : batch.changes()) {
        if (change.state().name() == name && !change.superseded()) found = change.state();
      }
    }
    context.TryCancel();
    return found;
  }

  // Where the log ends.
  std::string Head() {
    Export();
    return end_;
  }

  // Gives a stored message a field of `bytes` more bytes, behind the back of all checks.
  void Swell(const std::string& table, const std::string& where, int field, size_t bytes) {
    std::string more;
    {
      google::protobuf::UnknownFieldSet fields;
      fields.AddLengthDelimited(field, std::string(bytes, 'x'));
      fields.SerializeToString(&more);
    }
    const bool is_article = table == "article_revisions";
    pg::PoolOptions options;
    options.conninfo = PostgresCluster::Shared().ConnInfo(database_, "dateline");
    options.size = 1;
    pg::Pool pool(options);
    const char* column = is_article ? "snapshot" : "message";
    ASSERT_THAT(pg::RunTransaction(pool, RequestContext::Background("test"), {},
                                   [&](pqxx::transaction_base& transaction) {
                                     transaction.exec_params(
                                         absl::StrCat("UPDATE catalog.", table, " SET ", column,
                                                      " = ", column, " || $1::bytea WHERE ", where),
                                         pqxx::binarystring(more));
                                     return absl::OkStatus();
                                   }),
                IsOk());
  }

  std::string end_;  // Of the last export.
  std::string database_;
  CatalogServerOptions options_;
  obs::Metrics metrics_;
  std::unique_ptr<CatalogServer> server_;
  std::unique_ptr<testing::Stubs> stubs_;
};

// Numbers of the fields that hold much text.
const int kDescription = content::v1::Topic::kDescriptionFieldNumber;
const int kBio = content::v1::Author::kBioFieldNumber;
const int kBodyText = content::v1::Article::kBodyTextFieldNumber;

TEST_F(CatalogBoundsTest, AResourceAboveItsBoundIsRefusedAndNothingStored) {
  const absl::Status topic = CreateTopic("large", std::string(kMiB, 'x'));
  EXPECT_THAT(topic, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_TRUE(absl::StrContains(topic.message(), "topic")) << topic;
  EXPECT_THAT(CreateAuthor("large", std::string(7 * kMiB, 'x')),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  ASSERT_THAT(CreateTopic("small"), IsOk());
  v1::UpdateTopicRequest update;
  update.mutable_topic()->set_name("topics/small");
  update.mutable_topic()->set_description(std::string(kMiB, 'x'));
  v1::UpdateTopicResponse updated;
  EXPECT_THAT(Call(&Stub::UpdateTopic, update, &updated),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  const auto states = Export();
  EXPECT_EQ(states.count("topics/large"), 0u);
  EXPECT_EQ(states.count("authors/large"), 0u);
  EXPECT_EQ(states.at("topics/small").version(), 1);
}

TEST_F(CatalogBoundsTest, AnArticleAboveItsBoundIsRejectedAlone) {
  testing::UpsertBuilder batch;
  batch.Item("1", "Large");
  batch.last()->mutable_article()->add_images()->set_caption(std::string(5 * kMiB, 'x'));
  batch.Item("2", "Small");
  const auto response = Upsert(batch.request());
  ASSERT_EQ(response.results_size(), 2);
  EXPECT_EQ(response.results(0).outcome(), v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_EQ(response.results(0).error().code(),
            static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(absl::StrContains(response.results(0).error().message(), "article"));
  EXPECT_EQ(response.results(1).outcome(), v1::UPSERT_OUTCOME_CREATED);
  size_t articles = 0;
  for (const auto& [name, state] : Export()) articles += state.has_article();
  EXPECT_EQ(articles, 1u);
}

TEST_F(CatalogBoundsTest, ABodyAboveItsBoundIsRejectedWithTheField) {
  testing::UpsertBuilder batch;
  batch.Item("1", "Large", std::string(2 * kMiB + 1, 'x'));
  const auto response = Upsert(batch.request());
  ASSERT_EQ(response.results_size(), 1);
  EXPECT_EQ(response.results(0).outcome(), v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_TRUE(absl::StrContains(response.results(0).error().message(), "article.body_html"));
}

TEST_F(CatalogBoundsTest, ManyLargeResourcesOfAnOlderBuildAreListedAndExportedInPages) {
  for (int i = 0; i < 12; ++i) {
    const std::string id = absl::StrCat("t", i);
    ASSERT_THAT(CreateTopic(id), IsOk());
    ASSERT_THAT(CreateAuthor(id), IsOk());
  }
  Swell("topics", "true", kDescription, kMiB);
  Swell("authors", "true", kBio, kMiB);
  EXPECT_EQ(Export().size(), 25u);
  size_t topics = 0;
  v1::ListTopicsRequest request;
  request.set_page_size(100);
  do {
    v1::ListTopicsResponse page;
    ASSERT_THAT(Call(&Stub::ListTopics, request, &page), IsOk());
    ASSERT_GT(page.topics_size(), 0);
    topics += static_cast<size_t>(page.topics_size());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(topics, 12u);
  v1::ListAuthorsRequest authors;
  authors.set_page_size(100);
  v1::ListAuthorsResponse page;
  ASSERT_THAT(Call(&Stub::ListAuthors, authors, &page), IsOk());
  EXPECT_FALSE(page.next_page_token().empty());
}

TEST_F(CatalogBoundsTest, AStateThatNoMessageHoldsIsATombstoneAndStopsNobody) {
  const std::string position = Head();
  ASSERT_THAT(CreateTopic("large"), IsOk());
  ASSERT_THAT(CreateTopic("parent"), IsOk());
  testing::UpsertBuilder batch;
  batch.Item("1", "Large");
  const std::string article = Upsert(batch.request()).results(0).article();
  Swell("topics", "id = 'large'", kDescription, 8 * kMiB);
  Swell("article_revisions", "true", kBodyText, 8 * kMiB);
  ASSERT_THAT(CreateTopic("behind"), IsOk());
  // A catalog that has nothing of it in memory yet.
  Start();
  const auto states = Export();
  EXPECT_TRUE(states.at("topics/large").has_tombstone());
  EXPECT_TRUE(states.at(article).has_tombstone());
  EXPECT_TRUE(states.at("topics/behind").has_topic());
  const auto changed = NextOf(position, "topics/large");
  ASSERT_TRUE(changed.has_value());
  EXPECT_TRUE(changed->has_tombstone());
  EXPECT_TRUE(NextOf(position, "topics/behind").has_value());
  EXPECT_GT(metrics_.Counter("dateline_catalog_states_withheld_total", "").Value(), 0);
  v1::ListTopicsRequest list;
  v1::ListTopicsResponse page;
  EXPECT_THAT(Call(&Stub::ListTopics, list, &page), IsOk());
  EXPECT_EQ(page.topics_size(), 2);
}

TEST_F(CatalogBoundsTest, ABatchOfLargeArticlesIsRefusedAndNotBuilt) {
  testing::UpsertBuilder batch;
  std::string text;
  while (text.size() < kMiB) text += "word ";
  batch.Item("1", "Large", text);
  const std::string name = Upsert(batch.request()).results(0).article();
  v1::BatchGetArticlesRequest request;
  request.set_view(content::v1::ARTICLE_VIEW_FULL);
  for (int i = 0; i < 400; ++i) request.add_names(name);
  v1::BatchGetArticlesResponse response;
  EXPECT_THAT(Call(&Stub::BatchGetArticles, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  request.set_view(content::v1::ARTICLE_VIEW_BASIC);
  ASSERT_THAT(Call(&Stub::BatchGetArticles, request, &response), IsOk());
  EXPECT_EQ(response.records_size(), 400);
}

TEST_F(CatalogBoundsTest, TextThatTheDatabaseCannotHoldIsTheCallersFault) {
  v1::CreateTopicRequest request;
  request.set_topic_id("zero");
  v1::CreateTopicResponse response;
  request.mutable_topic()->set_display_name(std::string("a\0b", 3));
  const absl::Status name = Call(&Stub::CreateTopic, request, &response);
  request.mutable_topic()->set_display_name("a");
  request.mutable_topic()->add_aliases(std::string("a\0b", 3));
  const absl::Status alias = Call(&Stub::CreateTopic, request, &response);
  testing::UpsertBuilder batch;
  batch.Item("1", "Title");
  batch.last()->mutable_article()->set_language(std::string("e\0n", 3));
  const auto upserted = Upsert(batch.request());
  EXPECT_EQ(upserted.results(0).outcome(), v1::UPSERT_OUTCOME_REJECTED);
  for (const absl::Status& status : {name, alias}) {
    EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
    EXPECT_FALSE(absl::StrContains(status.ToString(), "22")) << status;
  }
  EXPECT_EQ(Export().count("topics/zero"), 0u);
}

TEST_F(CatalogBoundsTest, AStatusCountsWhatThereIs) {
  ASSERT_THAT(CreateTopic("one"), IsOk());
  ASSERT_THAT(CreateTopic("two"), IsOk());
  testing::UpsertBuilder batch;
  batch.Item("1", "First");
  batch.Item("2", "Second");
  batch.Item("3", "Third");
  Upsert(batch.request());
  v1::GetStatusResponse status;
  ASSERT_THAT(Call(&Stub::GetStatus, v1::GetStatusRequest(), &status), IsOk());
  EXPECT_TRUE(status.database_reachable());
  EXPECT_EQ(status.articles(), 3);
  EXPECT_EQ(status.topics(), 2);
}

TEST_F(CatalogBoundsTest, APositionFarAheadIsRefused) {
  const std::string head = Head();
  auto position = DecodePosition(head, "position");
  ASSERT_THAT(position, IsOk());
  position->set_xid(position->xid() + 1'000'000);
  grpc::ClientContext context;
  v1::StreamChangesRequest request;
  request.set_position(EncodePosition(*position));
  const auto stream = stubs_->changes().StreamChanges(&context, request);
  v1::StreamChangesResponse batch;
  EXPECT_FALSE(stream->Read(&batch));
  if (!batch.position().empty()) context.TryCancel();
  EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()),
              HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
}

TEST_F(CatalogBoundsTest, ExportsAndStreamsBeyondTheirNumberAreRefused) {
  // Together more than fits into what gRPC takes for a reader that does not read, which grows with
  // the delay that it measures on a busy machine.
  for (int i = 0; i < 200; ++i) ASSERT_THAT(CreateTopic(absl::StrCat("t", i)), IsOk());
  Swell("topics", "true", kDescription, 200 << 10);
  options_.max_exports = 2;
  options_.max_streams = 2;
  Start();
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  const auto context = [&] {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    return contexts.back().get();
  };
  std::vector<std::unique_ptr<grpc::ClientReader<v1::ExportResourcesResponse>>> exports;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::StreamChangesResponse>>> streams;
  v1::StreamChangesRequest from_head;
  from_head.set_position(Head());
  for (int i = 0; i < 2; ++i) {
    exports.push_back(stubs_->changes().ExportResources(context(), {}));
    exports.back()->WaitForInitialMetadata();
    streams.push_back(stubs_->changes().StreamChanges(context(), from_head));
    streams.back()->WaitForInitialMetadata();
  }
  const auto refused = [](const absl::Status& status) {
    EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_OVERLOADED));
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  };
  const auto export_beyond = stubs_->changes().ExportResources(context(), {});
  v1::ExportResourcesResponse page;
  EXPECT_FALSE(export_beyond->Read(&page));
  refused(rpc::FromGrpcStatus(export_beyond->Finish()));
  const auto stream_beyond = stubs_->changes().StreamChanges(context(), from_head);
  v1::StreamChangesResponse batch;
  EXPECT_FALSE(stream_beyond->Read(&batch));
  refused(rpc::FromGrpcStatus(stream_beyond->Finish()));
  // Whoever ends makes room.
  for (const auto& open : contexts) open->TryCancel();
  for (const auto& open : exports) open->Finish();
  for (const auto& open : streams) open->Finish();
  absl::Status status;
  do {
    grpc::ClientContext again;
    const auto stream = stubs_->changes().ExportResources(&again, {});
    while (stream->Read(&page)) {
    }
    status = rpc::FromGrpcStatus(stream->Finish());
  } while (error::ReasonOf(status) == errors::v1::ERROR_REASON_OVERLOADED);
  EXPECT_THAT(status, IsOk());
}

}  // namespace
}  // namespace dateline::catalog
