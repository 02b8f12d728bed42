#ifndef DATELINE_SERVICES_INGESTION_SERVICE_INGESTION_SERVICE_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_INGESTION_SERVICE_H_

#include <string>

#include "common/http/client.h"
#include "common/rpc/runtime.h"
#include "common/rpc/unary.h"
#include "common/tokens/page_token.h"
#include "dateline/ingestion/v1/ingestion_service.grpc.pb.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/poll/fetch_metrics.h"
#include "services/ingestion/poll/lease_keeper.h"
#include "services/ingestion/service/bulk_handlers.h"
#include "services/ingestion/service/bulk_service.h"
#include "services/ingestion/service/document_handlers.h"
#include "services/ingestion/service/retag_handlers.h"
#include "services/ingestion/service/source_handlers.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::service {

// How PollSource fetches.
struct PollingOptions {
  poll::LeaseKeeper* leases = nullptr;    // may be null
  poll::FetchMetrics* metrics = nullptr;  // may be null
  bool follows_hubs = false;
  poll::SecretPlaces secrets = {};
};

// The gRPC shell: calls run on the runtime's executor, as all of them reach the database or the
// catalog; those that fetch run on another one, so that hosts which do not answer hold up nothing
// else. Thread-safe.
class IngestionService final : public v1::IngestionService::CallbackService {
 public:
  // All must outlive it. `fetching` is the runtime of calls that fetch. `polling` says how
  // PollSource fetches; its store, catalog, topics and client are those given.
  IngestionService(store::SourceStore& store, deliver::CatalogPort& catalog,
                   deliver::TopicDirectory& topics, http::HttpClient& http, RetagHandlers& retag,
                   const tokens::PageTokenCodec& page_tokens, rpc::Runtime& runtime,
                   rpc::Runtime& fetching, std::string version, PollingOptions polling = {});

  // Ends all streams, with UNAVAILABLE, and takes no new ones: the server is going down.
  void EndStreams() { streams_.EndAll(); }

  grpc::ServerUnaryReactor* CreateSource(grpc::CallbackServerContext* context,
                                         const v1::CreateSourceRequest* request,
                                         v1::CreateSourceResponse* response) override;
  grpc::ServerUnaryReactor* GetSource(grpc::CallbackServerContext* context,
                                      const v1::GetSourceRequest* request,
                                      v1::GetSourceResponse* response) override;
  grpc::ServerUnaryReactor* ListSources(grpc::CallbackServerContext* context,
                                        const v1::ListSourcesRequest* request,
                                        v1::ListSourcesResponse* response) override;
  grpc::ServerUnaryReactor* UpdateSource(grpc::CallbackServerContext* context,
                                         const v1::UpdateSourceRequest* request,
                                         v1::UpdateSourceResponse* response) override;
  grpc::ServerUnaryReactor* DeleteSource(grpc::CallbackServerContext* context,
                                         const v1::DeleteSourceRequest* request,
                                         v1::DeleteSourceResponse* response) override;
  grpc::ServerUnaryReactor* PauseSource(grpc::CallbackServerContext* context,
                                        const v1::PauseSourceRequest* request,
                                        v1::PauseSourceResponse* response) override;
  grpc::ServerUnaryReactor* ResumeSource(grpc::CallbackServerContext* context,
                                         const v1::ResumeSourceRequest* request,
                                         v1::ResumeSourceResponse* response) override;
  grpc::ServerUnaryReactor* PollSource(grpc::CallbackServerContext* context,
                                       const v1::PollSourceRequest* request,
                                       v1::PollSourceResponse* response) override;
  grpc::ServerUnaryReactor* ListFetches(grpc::CallbackServerContext* context,
                                        const v1::ListFetchesRequest* request,
                                        v1::ListFetchesResponse* response) override;
  grpc::ServerUnaryReactor* DiscoverFeeds(grpc::CallbackServerContext* context,
                                          const v1::DiscoverFeedsRequest* request,
                                          v1::DiscoverFeedsResponse* response) override;
  grpc::ServerUnaryReactor* ListRejects(grpc::CallbackServerContext* context,
                                        const v1::ListRejectsRequest* request,
                                        v1::ListRejectsResponse* response) override;
  grpc::ServerUnaryReactor* RetryReject(grpc::CallbackServerContext* context,
                                        const v1::RetryRejectRequest* request,
                                        v1::RetryRejectResponse* response) override;
  grpc::ServerUnaryReactor* IngestDocument(grpc::CallbackServerContext* context,
                                           const v1::IngestDocumentRequest* request,
                                           v1::IngestDocumentResponse* response) override;
  grpc::ServerUnaryReactor* InspectDocument(grpc::CallbackServerContext* context,
                                            const v1::InspectDocumentRequest* request,
                                            v1::InspectDocumentResponse* response) override;
  grpc::ServerUnaryReactor* RetagArticles(grpc::CallbackServerContext* context,
                                          const v1::RetagArticlesRequest* request,
                                          google::longrunning::Operation* response) override;
  grpc::ServerUnaryReactor* ListTopicProposals(grpc::CallbackServerContext* context,
                                               const v1::ListTopicProposalsRequest* request,
                                               v1::ListTopicProposalsResponse* response) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;

  // IngestArticles is a stream of bytes, served by BulkStreams: see the constructor.

 private:
  absl::Status FillStatus(const RequestContext& context, v1::GetStatusResponse* response);

  store::SourceStore& store_;
  deliver::CatalogPort& catalog_;
  deliver::TopicDirectory& topics_;
  http::HttpClient& http_;
  RetagHandlers& retag_;
  rpc::Runtime& runtime_;
  rpc::Runtime& fetching_;
  SourceHandlers sources_;
  DocumentHandlers documents_;
  BulkHandlers bulk_;
  BulkStreams streams_;
  const std::string version_;
  const PollingOptions polling_;
  const absl::Duration start_;
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_INGESTION_SERVICE_H_
