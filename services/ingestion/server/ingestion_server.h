#ifndef DATELINE_SERVICES_INGESTION_SERVER_INGESTION_SERVER_H_
#define DATELINE_SERVICES_INGESTION_SERVER_INGESTION_SERVER_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/http/client.h"
#include "common/http/server.h"
#include "common/obs/metrics.h"
#include "common/pg/pool.h"
#include "common/rpc/app/app.h"
#include "common/rpc/runtime.h"
#include "common/rpc/server.h"
#include "common/tokens/page_token.h"
#include "services/ingestion/client/grpc_catalog_port.h"
#include "services/ingestion/client/grpc_takedown_port.h"
#include "services/ingestion/client/grpc_topic_feed.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/deliver/topic_follower.h"
#include "services/ingestion/poll/fetch_metrics.h"
#include "services/ingestion/poll/lease_keeper.h"
#include "services/ingestion/poll/scheduler.h"
#include "services/ingestion/purge/takedown_purger.h"
#include "services/ingestion/retag/postgres_operation_store.h"
#include "services/ingestion/retag/retag_worker.h"
#include "services/ingestion/service/ingestion_service.h"
#include "services/ingestion/service/operations_service.h"
#include "services/ingestion/service/retag_handlers.h"
#include "services/ingestion/store/postgres_proposal_store.h"
#include "services/ingestion/store/postgres_reject_purge.h"
#include "services/ingestion/store/postgres_source_store.h"
#include "services/ingestion/store/postgres_subscriptions.h"
#include "services/ingestion/websub/callback.h"
#include "services/ingestion/websub/subscriber.h"

namespace dateline::ingestion {

// How an ingestion process runs.
struct IngestionServerOptions {
  rpc::ServerOptions rpc;            // Where it listens.
  std::string catalog;               // Address of the catalog to deliver to.
  rpc::TlsFiles catalog_tls;         // How it is called; without TLS if empty.
  pg::PoolOptions database;          // For calls; as many are served at once.
  http::HttpClientOptions http;      // How documents are fetched.
  bool poll = true;                  // Whether due sources are fetched in the background.
  poll::SchedulerOptions scheduler;  // How many at once.
  std::string websub_listen;         // Where hubs are listened to.
  std::string websub_public_url;     // Where hubs find that; empty: hubs are not used.
  poll::SecretPlaces secrets;        // Where sources may take secrets from.
  std::string page_token_key;        // Shared by all ingestion processes.
  std::string version = "0.1.0";
};

// A whole ingestion: stores, the catalog's client, schedule, hubs, retagging, gRPC server. Starts
// and stays up whether database and catalog can be reached or not: their outage is an answer, not a
// reason to restart.
class IngestionServer final : public rpc::Running {
 public:
  // The errors of rpc::Server::Start, http::HttpClient::Create and http::HttpServer::Start.
  static absl::StatusOr<std::unique_ptr<IngestionServer>> Start(
      const IngestionServerOptions& options, obs::Metrics& metrics);
  // Drains.
  ~IngestionServer() override;

  // Ends background work, streams and calls; later calls have no effect.
  void Drain() override;

  int port() const override { return server_->port(); }

 private:
  IngestionServer(const IngestionServerOptions& options, std::unique_ptr<http::HttpClient> http,
                  obs::Metrics& metrics);
  absl::Status StartHubs(obs::Metrics& metrics);
  void StartScheduler(obs::Metrics& metrics);

  const IngestionServerOptions options_;
  const std::unique_ptr<http::HttpClient> http_;
  // Background work has connections of its own, so that calls need not wait for it.
  pg::Pool calls_pool_;
  pg::Pool background_pool_;
  store::PostgresSourceStore sources_;
  store::PostgresProposalStore proposals_;
  store::PostgresSourceStore scheduled_sources_;
  store::PostgresSubscriptionStore subscriptions_;
  client::GrpcCatalogPort catalog_;
  client::GrpcTopicFeed topic_feed_;
  deliver::TopicDirectory topics_;
  const deliver::TopicFollower topic_follower_;
  poll::LeaseKeeper leases_;
  poll::FetchMetrics fetch_metrics_;
  retag::PostgresOperationStore operations_;
  retag::PostgresOperationStore retag_operations_;
  retag::RetagWorker retagger_;
  client::GrpcTakedownPort takedowns_;
  store::PostgresRejectPurge reject_purge_;
  purge::TakedownPurger purger_;
  const tokens::PageTokenCodec page_tokens_;
  rpc::Runtime runtime_;
  rpc::Runtime fetching_;
  service::RetagHandlers retag_;
  service::IngestionService service_;
  service::OperationsService operations_service_;
  std::unique_ptr<rpc::Server> server_;
  // Who answers hubs, who listens for them, and who asks them.
  std::optional<websub::Callback> callback_;
  std::unique_ptr<http::HttpServer> hub_server_;
  std::unique_ptr<websub::Subscriber> subscriber_;
  std::optional<poll::Scheduler> scheduler_;
};

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_SERVER_INGESTION_SERVER_H_
