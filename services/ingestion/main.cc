// dateline-ingestion: takes articles from feeds and newsroom systems and delivers them to the
// catalog.
#include <cstdio>
#include <optional>
#include <string>

#include "absl/strings/str_split.h"
#include "common/base/ids.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/config/config.h"
#include "common/http/client.h"
#include "common/obs/log.h"
#include "common/obs/metrics.h"
#include "common/pg/pool.h"
#include "common/rpc/channel.h"
#include "common/rpc/runtime.h"
#include "common/rpc/server.h"
#include "common/tokens/page_token.h"
#include "services/ingestion/client/grpc_catalog_port.h"
#include "services/ingestion/client/grpc_topic_feed.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/deliver/topic_follower.h"
#include "services/ingestion/fetch/scheduler.h"
#include "services/ingestion/retag/postgres_operation_store.h"
#include "services/ingestion/retag/retag_worker.h"
#include "services/ingestion/service/ingestion_service.h"
#include "services/ingestion/service/operations_service.h"
#include "services/ingestion/service/retag_handlers.h"
#include "services/ingestion/store/postgres_proposal_store.h"
#include "services/ingestion/store/postgres_source_store.h"

namespace dateline::ingestion {
namespace {

constexpr char kVersion[] = "0.1.0";

struct Options {
  rpc::ServerOptions server;
  std::string metrics_listen = "127.0.0.1:9101";
  std::string catalog = "127.0.0.1:7102";
  pg::PoolOptions database;
  std::string allow_networks;
  bool poll = true;
  fetch::SchedulerOptions scheduler;
  std::string page_token_key;
  std::string log_level = "info";
};

absl::StatusOr<bool> ReadOptions(int argc, char** argv, Options* options) {
  options->server.address = "127.0.0.1:7101";
  options->server.max_receive_bytes = limits::kMaxDocumentMessageBytes;
  options->database.conninfo = "dbname=dateline user=dateline_ingestion";
  options->database.application_name = "dateline-ingestion";
  options->database.size = 8;
  config::Parser parser(
      "dateline-ingestion",
      "Takes articles from feeds and newsroom systems and delivers them to the catalog.", kVersion);
  parser.Address("listen", &options->server.address, "where gRPC is served");
  parser.Address("metrics-listen", &options->metrics_listen, "where /metrics is served");
  parser.Address("catalog", &options->catalog, "catalog service to deliver to");
  parser.Secret("database", &options->database.conninfo, "libpq connection string of the primary");
  parser.Int("database-connections", &options->database.size, 1, 1'000,
             "connections for calls, which are served by as many threads");
  parser.String(
      "allow-networks", &options->allow_networks,
      "networks (CIDR, separated by commas) that may be fetched from besides public addresses");
  parser.Bool("poll", &options->poll, "whether due sources are fetched in the background");
  parser.Int("poll-workers", &options->scheduler.workers, 1, 100,
             "sources fetched in the background at once");
  parser.Secret(
      "page-token-key", &options->page_token_key,
      "key that signs page tokens, the same for all ingestion processes; made up if empty");
  parser.Duration("drain-timeout", &options->server.drain_timeout, absl::ZeroDuration(),
                  "how long calls may go on after SIGTERM");
  parser.String("tls-certificate", &options->server.tls_certificate_file, "PEM file");
  parser.String("tls-key", &options->server.tls_key_file, "PEM file");
  parser.String("tls-client-ca", &options->server.tls_client_ca_file,
                "PEM file; clients must show a certificate that it signed");
  parser.String("log-level", &options->log_level, "debug, info, warning or error");
  DATELINE_ASSIGN_OR_RETURN(const auto outcome, parser.Parse(argc, argv));
  if (outcome == config::Parser::Outcome::kExit) return false;
  obs::Level level;
  if (!obs::ParseLevel(options->log_level, &level)) {
    return absl::InvalidArgumentError("--log-level must be debug, info, warning or error");
  }
  obs::InitialiseLog("ingestion", level);
  if (options->page_token_key.empty()) options->page_token_key = NewId();
  return true;
}

absl::Status Run(const Options& options, rpc::TerminationSignals& signals) {
  obs::Metrics metrics;
  DATELINE_ASSIGN_OR_RETURN(const auto metrics_server,
                            obs::MetricsServer::Start(options.metrics_listen, metrics));
  pg::Pool pool(options.database);
  store::PostgresSourceStore store(pool);
  rpc::ChannelOptions channel;
  channel.address = options.catalog;
  channel.services = {"dateline.catalog.v1.CatalogService"};
  client::GrpcCatalogPort catalog(rpc::MakeChannel(channel));
  store::PostgresProposalStore proposals(pool);
  deliver::TopicDirectory topics(catalog, RealClock(), &proposals);
  client::GrpcTopicFeed topic_feed(rpc::MakeChannel(channel));
  const deliver::TopicFollower follower(topics, topic_feed);
  http::HttpClientOptions http_options;
  http_options.user_agent = "Dateline/0.1";
  http_options.allowed_networks =
      absl::StrSplit(options.allow_networks, ',', absl::SkipWhitespace());
  DATELINE_ASSIGN_OR_RETURN(const auto http, http::HttpClient::Create(http_options));
  const tokens::PageTokenCodec page_tokens(options.page_token_key);
  rpc::Runtime runtime(metrics, options.database.size, /*queue_limit=*/256);
  // Retagging has a connection of its own.
  pg::PoolOptions one = options.database;
  one.size = 1;
  pg::Pool retag_pool(one);
  retag::PostgresOperationStore retag_store(retag_pool);
  retag::RetagWorker retagger({retag_store, catalog, topics}, retag::WorkerOptions());
  retag::PostgresOperationStore operations(pool);
  service::RetagHandlers retag(operations, proposals, topics, page_tokens,
                               [&retagger] { retagger.Wake(); });
  service::IngestionService service(store, catalog, topics, *http, retag, page_tokens, runtime,
                                    kVersion);
  service::OperationsService operations_service(retag, runtime);
  DATELINE_ASSIGN_OR_RETURN(
      const auto server,
      rpc::Server::Start(options.server, {{"dateline.ingestion.v1.IngestionService", &service},
                                          {"google.longrunning.Operations", &operations_service}}));
  // Background work has connections of its own, so that calls need not wait for it.
  pg::PoolOptions background = options.database;
  background.size = options.scheduler.workers;
  pg::Pool scheduler_pool(background);
  store::PostgresSourceStore scheduler_store(scheduler_pool);
  std::optional<fetch::Scheduler> scheduler;
  if (options.poll) {
    scheduler.emplace(fetch::Dependencies{scheduler_store, catalog, topics, *http, RealClock()},
                      options.scheduler, metrics);
  }
  // Serving does not wait for the database or the catalog: their outage is an answer, not a reason
  // to restart.
  server->SetServing(true);
  obs::Log(obs::Level::kInfo, "serving", {{"port", server->port()}});
  const int signal = signals.Wait();
  obs::Log(obs::Level::kInfo, "draining", {{"signal", signal}});
  scheduler.reset();
  server->Drain();
  runtime.executor().Shutdown();
  return absl::OkStatus();
}

}  // namespace
}  // namespace dateline::ingestion

int main(int argc, char** argv) {
  dateline::rpc::TerminationSignals signals;
  dateline::ingestion::Options options;
  const auto run = dateline::ingestion::ReadOptions(argc, argv, &options);
  if (!run.ok()) {
    std::fprintf(stderr, "dateline-ingestion: %s\n", std::string(run.status().message()).c_str());
    return 2;
  }
  if (!*run) return 0;
  const absl::Status status = dateline::ingestion::Run(options, signals);
  if (status.ok()) return 0;
  std::fprintf(stderr, "dateline-ingestion: %s\n", std::string(status.message()).c_str());
  return 1;
}
