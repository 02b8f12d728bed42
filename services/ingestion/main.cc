// dateline-ingestion: takes articles from feeds and newsroom systems and delivers them to the
// catalog.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/ids.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/config/config.h"
#include "common/http/client.h"
#include "common/http/server.h"
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
#include "services/ingestion/fetch/fetch_metrics.h"
#include "services/ingestion/fetch/lease_keeper.h"
#include "services/ingestion/deliver/topic_follower.h"
#include "services/ingestion/fetch/scheduler.h"
#include "services/ingestion/retag/postgres_operation_store.h"
#include "services/ingestion/retag/retag_worker.h"
#include "services/ingestion/service/ingestion_service.h"
#include "services/ingestion/service/operations_service.h"
#include "services/ingestion/service/retag_handlers.h"
#include "services/ingestion/store/postgres_proposal_store.h"
#include "services/ingestion/store/postgres_source_store.h"
#include "services/ingestion/store/postgres_subscriptions.h"
#include "services/ingestion/websub/callback.h"
#include "services/ingestion/websub/subscriber.h"

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
  std::string user_agent_contact;
  std::string ca_file;
  std::string websub_listen = "127.0.0.1:7111";
  std::string websub_public_url;
  std::string page_token_key;
  std::string log_level = "info";
};

absl::Status CheckFetching(Options* options) {
  const std::string& contact = options->user_agent_contact;
  const bool fits = absl::StartsWith(contact, "http://") || absl::StartsWith(contact, "https://") ||
                    absl::StartsWith(contact, "mailto:");
  if (!contact.empty() && (!fits || contact.find_first_of(" \t\r\n()") != std::string::npos)) {
    return absl::InvalidArgumentError(
        "--user-agent-contact must be an http, https or mailto address");
  }
  if (options->websub_public_url.empty()) return absl::OkStatus();
  DATELINE_ASSIGN_OR_RETURN(options->websub_public_url,
                            websub::CheckPublicUrl(options->websub_public_url));
  return absl::OkStatus();
}

// RFC 9110, section 10.1.5.
std::string UserAgent(const Options& options) {
  if (options.user_agent_contact.empty()) return "Dateline/0.1";
  return absl::StrCat("Dateline/0.1 (+", options.user_agent_contact, ")");
}

// What hubs need of a process: somebody who asks them, and somebody who answers them.
struct Hubs {
  std::unique_ptr<websub::Callback> callback;
  std::unique_ptr<http::HttpServer> server;
  std::unique_ptr<websub::Subscriber> subscriber;
};

absl::StatusOr<Hubs> StartHubs(const Options& options, store::SubscriptionStore& store,
                               http::HttpClient& http, obs::Metrics& metrics) {
  Hubs hubs;
  if (options.websub_public_url.empty()) return hubs;
  hubs.callback = std::make_unique<websub::Callback>(store, metrics);
  http::HttpServerOptions server;
  server.address = options.websub_listen;
  DATELINE_ASSIGN_OR_RETURN(
      hubs.server, http::HttpServer::Start(server, [callback = hubs.callback.get()](
                                                       const http::ServerRequest& request) {
        return callback->Handle(request);
      }));
  hubs.subscriber = std::make_unique<websub::Subscriber>(
      websub::SubscriberDependencies{store, http, metrics, options.websub_public_url},
      options.scheduler.idle);
  return hubs;
}

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
  parser.String("user-agent-contact", &options->user_agent_contact,
                "address (http, https or mailto) at which webmasters learn about these fetches");
  parser.String("fetch-ca", &options->ca_file,
                "PEM file; certificates to trust when fetching, instead of the system's");
  parser.Address("websub-listen", &options->websub_listen,
                 "where hubs are listened to, if there is a public address for them");
  parser.String("websub-public-url", &options->websub_public_url,
                "address at which hubs reach websub-listen from outside; empty: hubs are not used");
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
  DATELINE_RETURN_IF_ERROR(CheckFetching(options));
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
  http_options.user_agent = UserAgent(options);
  http_options.ca_file = options.ca_file;
  http_options.allowed_networks =
      absl::StrSplit(options.allow_networks, ',', absl::SkipWhitespace());
  DATELINE_ASSIGN_OR_RETURN(const auto http, http::HttpClient::Create(http_options));
  const tokens::PageTokenCodec page_tokens(options.page_token_key);
  rpc::Runtime runtime(metrics, options.database.size, /*queue_limit=*/256);
  // Background work has connections of its own, so that calls need not wait for it: one for each
  // worker, and for renewing leases, retagging, asking hubs and answering them.
  pg::PoolOptions background = options.database;
  background.size = options.scheduler.workers + 4;
  pg::Pool background_pool(background);
  store::PostgresSourceStore scheduler_store(background_pool);
  store::PostgresSubscriptionStore subscriptions(background_pool);
  fetch::LeaseKeeper leases(scheduler_store, {});
  fetch::FetchMetrics fetch_metrics(metrics);
  service::PollingOptions polling;
  polling.leases = &leases;
  polling.metrics = &fetch_metrics;
  polling.follows_hubs = !options.websub_public_url.empty();
  retag::PostgresOperationStore retag_store(background_pool);
  retag::RetagWorker retagger({retag_store, catalog, topics}, retag::WorkerOptions());
  retag::PostgresOperationStore operations(pool);
  service::RetagHandlers retag(operations, proposals, topics, page_tokens,
                               [&retagger] { retagger.Wake(); });
  service::IngestionService service(store, catalog, topics, *http, retag, page_tokens, runtime,
                                    kVersion, polling);
  service::OperationsService operations_service(retag, runtime);
  DATELINE_ASSIGN_OR_RETURN(
      const auto server,
      rpc::Server::Start(options.server, {{"dateline.ingestion.v1.IngestionService", &service},
                                          {"google.longrunning.Operations", &operations_service}}));
  DATELINE_ASSIGN_OR_RETURN(Hubs hubs, StartHubs(options, subscriptions, *http, metrics));
  std::optional<fetch::Scheduler> scheduler;
  if (options.poll) {
    fetch::Dependencies dependencies{scheduler_store, catalog, topics, *http, RealClock()};
    dependencies.leases = polling.leases;
    dependencies.metrics = polling.metrics;
    dependencies.follows_hubs = polling.follows_hubs;
    scheduler.emplace(dependencies, options.scheduler, metrics);
  }
  // Serving does not wait for the database or the catalog: their outage is an answer, not a reason
  // to restart.
  server->SetServing(true);
  obs::Log(obs::Level::kInfo, "serving", {{"port", server->port()}});
  const int signal = signals.Wait();
  obs::Log(obs::Level::kInfo, "draining", {{"signal", signal}});
  hubs.subscriber.reset();
  hubs.server.reset();
  scheduler.reset();
  service.EndStreams();
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
