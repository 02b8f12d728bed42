// dateline-query: answers readers from a local copy of the catalog.
#include <cstdio>
#include <memory>
#include <string>

#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/config/config.h"
#include "common/obs/log.h"
#include "common/obs/metrics.h"
#include "common/rpc/channel.h"
#include "common/rpc/runtime.h"
#include "common/rpc/server.h"
#include "common/tokens/page_token.h"
#include "services/query/client/grpc_catalog_feed.h"
#include "services/query/follow/follower.h"
#include "services/query/replica/replica.h"
#include "services/query/service/query_service.h"

namespace dateline::query {
namespace {

constexpr char kVersion[] = "0.1.0";

struct Options {
  rpc::ServerOptions server;
  std::string metrics_listen = "127.0.0.1:9103";
  std::string catalog = "127.0.0.1:7102";
  std::string data_dir;
  std::string page_token_key;
  std::string log_level = "info";
};

absl::StatusOr<bool> ReadOptions(int argc, char** argv, Options* options) {
  options->server.address = "127.0.0.1:7103";
  config::Parser parser("dateline-query", "Answers readers from a local copy of the catalog.",
                        kVersion);
  parser.Address("listen", &options->server.address, "address to serve gRPC on");
  parser.Address("metrics-listen", &options->metrics_listen, "address to serve /metrics on");
  parser.Address("catalog", &options->catalog, "catalog service to follow");
  parser.String("data-dir", &options->data_dir,
                "folder of the local copy, on a local disk (required)");
  parser.Secret("page-token-key", &options->page_token_key,
                "key that signs page tokens, the same for all replicas; random if empty");
  parser.Duration("drain-timeout", &options->server.drain_timeout, absl::ZeroDuration(),
                  "time that calls under way get at shutdown");
  parser.String("tls-certificate-file", &options->server.tls_certificate_file,
                "PEM certificate chain");
  parser.String("tls-key-file", &options->server.tls_key_file, "PEM private key");
  parser.String("tls-client-ca-file", &options->server.tls_client_ca_file,
                "PEM authorities whose clients are let in");
  parser.String("log-level", &options->log_level, "debug, info, warning or error");
  DATELINE_ASSIGN_OR_RETURN(const auto outcome, parser.Parse(argc, argv));
  if (outcome == config::Parser::Outcome::kExit) return false;
  if (options->data_dir.empty()) return absl::InvalidArgumentError("--data-dir is required");
  obs::Level level;
  if (!obs::ParseLevel(options->log_level, &level)) {
    return absl::InvalidArgumentError("--log-level must be debug, info, warning or error");
  }
  obs::InitialiseLog("query", level);
  if (options->page_token_key.empty()) options->page_token_key = NewId();
  return true;
}

absl::Status Run(const Options& options, rpc::TerminationSignals& signals) {
  obs::Metrics metrics;
  DATELINE_ASSIGN_OR_RETURN(const auto metrics_server,
                            obs::MetricsServer::Start(options.metrics_listen, metrics));
  rpc::Runtime runtime(metrics, /*threads=*/2, /*queue_limit=*/64);
  DATELINE_ASSIGN_OR_RETURN(const auto replica,
                            replica::Replica::Open(options.data_dir, RealClock()));
  rpc::ChannelOptions channel;
  channel.address = options.catalog;
  channel.services = {"dateline.catalog.v1.CatalogService"};
  client::GrpcCatalogFeed feed(rpc::MakeChannel(channel));
  const tokens::PageTokenCodec page_tokens(options.page_token_key);
  // The service asks the follower how it is; the follower starts after the server, which it makes
  // ready.
  std::unique_ptr<follow::Follower> follower;
  Mutex follower_mutex;
  const auto follower_status = [&] {
    MutexLock lock(follower_mutex);
    return follower == nullptr ? follow::FollowerStatus() : follower->status();
  };
  service::QueryService service(*replica, page_tokens, runtime, follower_status, kVersion);
  DATELINE_ASSIGN_OR_RETURN(
      const auto server,
      rpc::Server::Start(options.server, {{"dateline.query.v1.QueryService", &service}}));
  {
    auto started = std::make_unique<follow::Follower>(*replica, feed, RealClock(),
                                                      [&server] { server->SetServing(true); });
    MutexLock lock(follower_mutex);
    follower = std::move(started);
  }
  obs::Log(obs::Level::kInfo, "listening", {{"port", server->port()}});
  const int signal = signals.Wait();
  obs::Log(obs::Level::kInfo, "stopping", {{"signal", signal}});
  server->Drain();
  std::unique_ptr<follow::Follower> stopped;
  {
    MutexLock lock(follower_mutex);
    stopped = std::move(follower);
  }
  stopped.reset();
  runtime.executor().Shutdown();
  return absl::OkStatus();
}

}  // namespace
}  // namespace dateline::query

int main(int argc, char** argv) {
  dateline::rpc::TerminationSignals signals;
  dateline::query::Options options;
  const auto run = dateline::query::ReadOptions(argc, argv, &options);
  if (!run.ok()) {
    std::fprintf(stderr, "dateline-query: %s\n", std::string(run.status().message()).c_str());
    return 2;
  }
  if (!*run) return 0;
  const absl::Status status = dateline::query::Run(options, signals);
  if (status.ok()) return 0;
  std::fprintf(stderr, "dateline-query: %s\n", std::string(status.message()).c_str());
  return 1;
}
