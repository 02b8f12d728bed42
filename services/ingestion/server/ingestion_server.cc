#include "services/ingestion/server/ingestion_server.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/rpc/channel.h"

namespace dateline::ingestion {
namespace {

constexpr size_t kQueueLimit = 256;
// Calls that fetch wait for other people's hosts: so many at once, and so many that wait for them.
constexpr int kFetchingCalls = 8;
constexpr size_t kFetchingQueueLimit = 16;
// Besides a connection for each worker: to renew leases, to retag, to purge, to ask hubs and to
// answer them.
constexpr int kBackgroundConnections = 5;

pg::PoolOptions BackgroundPool(const IngestionServerOptions& options) {
  pg::PoolOptions pool = options.database;
  pool.size = options.scheduler.workers + kBackgroundConnections;
  return pool;
}

std::shared_ptr<grpc::Channel> ChannelToCatalog(const IngestionServerOptions& options) {
  rpc::ChannelOptions channel;
  channel.address = options.catalog;
  channel.services = {"dateline.catalog.v1.CatalogService", "dateline.catalog.v1.IntakeService",
                      "dateline.catalog.v1.ChangesService"};
  channel.tls = options.catalog_tls;
  return rpc::MakeChannel(channel);
}

service::PollingOptions PollingOptionsFor(const IngestionServerOptions& options,
                                          poll::LeaseKeeper& leases, poll::FetchMetrics& metrics) {
  service::PollingOptions polling;
  polling.leases = &leases;
  polling.metrics = &metrics;
  polling.follows_hubs = !options.websub_public_url.empty();
  polling.secrets = options.secrets;
  return polling;
}

}  // namespace

IngestionServer::IngestionServer(const IngestionServerOptions& options,
                                 std::unique_ptr<http::HttpClient> http, obs::Metrics& metrics)
    : options_(options),
      http_(std::move(http)),
      calls_pool_(options.database),
      background_pool_(BackgroundPool(options)),
      sources_(calls_pool_),
      proposals_(calls_pool_),
      scheduled_sources_(background_pool_),
      subscriptions_(background_pool_),
      catalog_(ChannelToCatalog(options)),
      topic_feed_(ChannelToCatalog(options)),
      topics_(catalog_, RealClock(), &proposals_),
      topic_follower_(topics_, topic_feed_),
      leases_(scheduled_sources_, {}),
      fetch_metrics_(metrics),
      operations_(calls_pool_),
      retag_operations_(background_pool_),
      retagger_({retag_operations_, catalog_, topics_}, retag::WorkerOptions()),
      takedowns_(ChannelToCatalog(options)),
      reject_purge_(background_pool_),
      purger_(takedowns_, reject_purge_),
      page_tokens_(options.page_token_key),
      runtime_(metrics, options.database.size, kQueueLimit, options.rpc.callers),
      fetching_(metrics, kFetchingCalls, kFetchingQueueLimit, options.rpc.callers, "fetches"),
      retag_(operations_, proposals_, topics_, page_tokens_, [this] { retagger_.Wake(); }),
      service_(sources_, catalog_, topics_, *http_, retag_, page_tokens_, runtime_, fetching_,
               options.version, PollingOptionsFor(options, leases_, fetch_metrics_)),
      operations_service_(retag_, runtime_) {}

absl::StatusOr<std::unique_ptr<IngestionServer>> IngestionServer::Start(
    const IngestionServerOptions& options, obs::Metrics& metrics) {
  DATELINE_ASSIGN_OR_RETURN(auto http, http::HttpClient::Create(options.http));
  std::unique_ptr<IngestionServer> server(new IngestionServer(options, std::move(http), metrics));
  rpc::ServerOptions serving = options.rpc;
  serving.runtime = &server->runtime_;
  DATELINE_ASSIGN_OR_RETURN(
      server->server_,
      rpc::Server::Start(serving, {{v1::IngestionService::service_full_name(), &server->service_},
                                   {google::longrunning::Operations::service_full_name(),
                                    &server->operations_service_}}));
  DATELINE_RETURN_IF_ERROR(server->StartHubs(metrics));
  if (options.poll) server->StartScheduler(metrics);
  server->server_->SetServing(true);
  return server;
}

absl::Status IngestionServer::StartHubs(obs::Metrics& metrics) {
  if (options_.websub_public_url.empty()) return absl::OkStatus();
  callback_.emplace(subscriptions_, metrics);
  http::HttpServerOptions listening;
  listening.address = options_.websub_listen;
  DATELINE_ASSIGN_OR_RETURN(
      hub_server_, http::HttpServer::Start(listening, [this](const http::ServerRequest& request) {
        return callback_->Handle(request);
      }));
  subscriber_ = std::make_unique<websub::Subscriber>(
      websub::SubscriberDependencies{subscriptions_, *http_, metrics, options_.websub_public_url},
      options_.scheduler.idle);
  return absl::OkStatus();
}

void IngestionServer::StartScheduler(obs::Metrics& metrics) {
  poll::Dependencies dependencies{scheduled_sources_, catalog_, topics_, *http_, RealClock()};
  dependencies.leases = &leases_;
  dependencies.metrics = &fetch_metrics_;
  dependencies.follows_hubs = !options_.websub_public_url.empty();
  dependencies.secrets = options_.secrets;
  scheduler_.emplace(dependencies, options_.scheduler, metrics);
}

IngestionServer::~IngestionServer() { Drain(); }

void IngestionServer::Drain() {
  subscriber_.reset();
  hub_server_.reset();
  scheduler_.reset();
  service_.EndStreams();
  if (server_ != nullptr) server_->Drain();
  runtime_.executor().Shutdown();
  fetching_.executor().Shutdown();
}

}  // namespace dateline::ingestion
