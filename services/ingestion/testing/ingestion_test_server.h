#ifndef DATELINE_SERVICES_INGESTION_TESTING_INGESTION_TEST_SERVER_H_
#define DATELINE_SERVICES_INGESTION_TESTING_INGESTION_TEST_SERVER_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "common/http/client.h"
#include "common/obs/metrics.h"
#include "common/pg/pool.h"
#include "common/rpc/channel.h"
#include "common/rpc/runtime.h"
#include "common/rpc/status.h"
#include "common/testing/in_process_server.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "dateline/ingestion/v1/ingestion_service.grpc.pb.h"
#include "services/catalog/testing/fake_catalog_server.h"
#include "services/ingestion/client/grpc_catalog_port.h"
#include "services/ingestion/retag/postgres_operation_store.h"
#include "services/ingestion/service/ingestion_service.h"
#include "services/ingestion/service/operations_service.h"
#include "services/ingestion/service/retag_handlers.h"
#include "services/ingestion/store/postgres_proposal_store.h"
#include "services/ingestion/store/postgres_source_store.h"

namespace dateline::ingestion::testing {

// Ingestion as its callers see it: over gRPC, on a database of its own, with a catalog in memory,
// which holds publications/daily and refuses titles with "refuse" in them.
class IngestionTest : public ::testing::Test {
 protected:
  IngestionTest() {
    auto& cluster = dateline::testing::PostgresCluster::Shared();
    database_ = cluster.NewDatabase();
    catalog_.PutPublication("daily");
    catalog_.Refuse("refuse");
    Start(cluster.ConnInfo(database_, "dateline_ingestion"), catalog_.channel());
  }
  ~IngestionTest() override { Stop(); }

  // Starts ingestion anew with another database or catalog.
  void Start(const std::string& conninfo, const std::shared_ptr<grpc::Channel>& catalog) {
    Stop();
    pg::PoolOptions pool;
    pool.conninfo = conninfo;
    pool.size = 4;
    pool_ = std::make_unique<pg::Pool>(pool);
    store_ = std::make_unique<store::PostgresSourceStore>(*pool_);
    port_ = std::make_unique<client::GrpcCatalogPort>(catalog);
    proposals_ = std::make_unique<store::PostgresProposalStore>(*pool_);
    operations_ = std::make_unique<retag::PostgresOperationStore>(*pool_);
    topics_ = std::make_unique<deliver::TopicDirectory>(*port_, RealClock(), proposals_.get());
    retag_ = std::make_unique<service::RetagHandlers>(*operations_, *proposals_, *topics_,
                                                      page_tokens_, [] {});
    http::HttpClientOptions options;
    options.allowed_networks = {"127.0.0.0/8"};
    auto http = http::HttpClient::Create(options);
    if (!http.ok()) std::abort();
    http_ = *std::move(http);
    runtime_ = std::make_unique<rpc::Runtime>(metrics_, 4, 100);
    fetching_ = std::make_unique<rpc::Runtime>(metrics_, 8, 4);
    service_ = std::make_unique<service::IngestionService>(*store_, *port_, *topics_, *http_,
                                                           *retag_, page_tokens_, *runtime_,
                                                           *fetching_, "test", polling_);
    operations_service_ = std::make_unique<service::OperationsService>(*retag_, *runtime_);
    server_ = std::make_unique<dateline::testing::InProcessServer>(
        std::vector<grpc::Service*>{service_.get(), operations_service_.get()});
    stub_ = v1::IngestionService::NewStub(server_->channel());
  }
  void Stop() {
    server_.reset();
    for (rpc::Runtime* runtime : {runtime_.get(), fetching_.get()}) {
      if (runtime != nullptr) runtime->executor().Shutdown();
    }
    operations_service_.reset();
    service_.reset();
    runtime_.reset();
    fetching_.reset();
    http_.reset();
    retag_.reset();
    topics_.reset();
    operations_.reset();
    proposals_.reset();
    port_.reset();
    store_.reset();
    pool_.reset();
  }

  // Calls a method; the status has its details.
  template <typename Request, typename Response>
  absl::Status Call(grpc::Status (v1::IngestionService::Stub::*method)(grpc::ClientContext*,
                                                                       const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    return rpc::FromGrpcStatus((stub_.get()->*method)(&context, request, response));
  }

  // Makes `sources/{id}` of publications/daily.
  absl::Status CreateSource(const std::string& id, const std::string& url = "",
                            v1::Source source = {}) {
    v1::CreateSourceRequest request;
    v1::CreateSourceResponse response;
    source.set_publication("publications/daily");
    source.set_url(url);
    request.set_source_id(id);
    *request.mutable_source() = source;
    return Call(&v1::IngestionService::Stub::CreateSource, request, &response);
  }
  v1::Source GetSource(const std::string& id) {
    v1::GetSourceRequest request;
    v1::GetSourceResponse response;
    request.set_name("sources/" + id);
    EXPECT_THAT(Call(&v1::IngestionService::Stub::GetSource, request, &response),
                dateline::testing::IsOk());
    return response.source();
  }
  absl::Status Poll(const std::string& id, v1::PollSourceResponse* response) {
    v1::PollSourceRequest request;
    request.set_name("sources/" + id);
    return Call(&v1::IngestionService::Stub::PollSource, request, response);
  }
  absl::Status Ingest(const std::string& id, const std::string& document,
                      v1::IngestDocumentResponse* response, bool validate_only = false) {
    v1::IngestDocumentRequest request;
    request.set_source("sources/" + id);
    request.set_document(document);
    request.set_base_url("https://news.example.org/feed");
    request.set_validate_only(validate_only);
    return Call(&v1::IngestionService::Stub::IngestDocument, request, response);
  }
  std::vector<v1::Reject> ListRejects(const std::string& parent) {
    v1::ListRejectsRequest request;
    v1::ListRejectsResponse response;
    request.set_parent(parent);
    EXPECT_THAT(Call(&v1::IngestionService::Stub::ListRejects, request, &response),
                dateline::testing::IsOk());
    return {response.rejects().begin(), response.rejects().end()};
  }

  catalog::testing::FakeCatalogServer catalog_;
  std::string database_;
  obs::Metrics metrics_;
  const tokens::PageTokenCodec page_tokens_{"key"};
  service::PollingOptions polling_;
  std::unique_ptr<pg::Pool> pool_;
  std::unique_ptr<store::PostgresSourceStore> store_;
  std::unique_ptr<client::GrpcCatalogPort> port_;
  std::unique_ptr<store::PostgresProposalStore> proposals_;
  std::unique_ptr<retag::PostgresOperationStore> operations_;
  std::unique_ptr<deliver::TopicDirectory> topics_;
  std::unique_ptr<service::RetagHandlers> retag_;
  std::unique_ptr<http::HttpClient> http_;
  std::unique_ptr<rpc::Runtime> runtime_;
  std::unique_ptr<rpc::Runtime> fetching_;
  std::unique_ptr<service::IngestionService> service_;
  std::unique_ptr<service::OperationsService> operations_service_;
  std::unique_ptr<dateline::testing::InProcessServer> server_;
  std::unique_ptr<v1::IngestionService::Stub> stub_;
};

}  // namespace dateline::ingestion::testing

#endif  // DATELINE_SERVICES_INGESTION_TESTING_INGESTION_TEST_SERVER_H_
