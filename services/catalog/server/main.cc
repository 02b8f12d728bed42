#include <cstdio>
#include <memory>
#include <string>

#include "common/base/ids.h"
#include "common/config/config.h"
#include "common/obs/log.h"
#include "common/obs/metrics.h"
#include "common/rpc/server.h"
#include "services/catalog/server/catalog_server.h"

namespace {

struct Settings {
  dateline::catalog::CatalogServerOptions catalog;
  std::string metrics_listen = "127.0.0.1:9102";
  std::string log_level = "info";
};

void Declare(dateline::config::Parser& parser, Settings& settings) {
  auto& catalog = settings.catalog;
  catalog.rpc.address = "127.0.0.1:7102";
  catalog.database = "dbname=dateline user=dateline_catalog";
  parser.Address("listen", &catalog.rpc.address, "where gRPC is served");
  parser.Address("metrics-listen", &settings.metrics_listen, "where /metrics is served");
  parser.Secret("database", &catalog.database, "libpq connection string of the primary");
  parser.Int("database-connections", &catalog.connections, 1, 1000,
             "connections for calls, which are served by as many threads");
  parser.Int("stream-connections", &catalog.stream_connections, 1, 100,
             "connections for streams that read from the database");
  parser.Duration("log-retention", &catalog.retention, absl::Hours(24),
                  "how long the change log is kept");
  parser.Secret("page-token-key", &catalog.page_token_key,
                "key that signs page tokens, the same for all catalog processes; made up if empty");
  parser.Duration("drain-timeout", &catalog.rpc.drain_timeout, absl::ZeroDuration(),
                  "how long calls may go on after SIGTERM");
  parser.String("tls-certificate", &catalog.rpc.tls_certificate_file, "PEM file");
  parser.String("tls-key", &catalog.rpc.tls_key_file, "PEM file");
  parser.String("tls-client-ca", &catalog.rpc.tls_client_ca_file,
                "PEM file; clients must show a certificate that it signed");
  parser.String("log-level", &settings.log_level, "debug, info, warning or error");
}

int Run(Settings& settings) {
  using dateline::obs::Level;
  using dateline::obs::Log;
  Level level;
  if (!dateline::obs::ParseLevel(settings.log_level, &level)) {
    std::fprintf(stderr, "log-level: must be debug, info, warning or error\n");
    return 2;
  }
  dateline::obs::InitialiseLog("catalog", level);
  if (settings.catalog.page_token_key.empty()) {
    settings.catalog.page_token_key = dateline::NewId();
    Log(Level::kWarning, "no page-token-key: page tokens are good for this process only");
  }
  dateline::rpc::TerminationSignals signals;
  dateline::obs::Metrics metrics;
  auto metrics_server = dateline::obs::MetricsServer::Start(settings.metrics_listen, metrics);
  if (!metrics_server.ok()) {
    Log(Level::kError, "metrics cannot be served",
        {{"error", std::string(metrics_server.status().message())}});
    return 1;
  }
  auto server = dateline::catalog::CatalogServer::Start(settings.catalog, metrics);
  if (!server.ok()) {
    Log(Level::kError, "the server cannot start",
        {{"error", std::string(server.status().message())}});
    return 1;
  }
  Log(Level::kInfo, "serving", {{"port", (*server)->port()}});
  const int signal = signals.Wait();
  Log(Level::kInfo, "draining", {{"signal", signal}});
  (*server)->Drain();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  dateline::config::Parser parser(
      "dateline-catalog", "The system of record: articles, topics, authors and the change log.",
      settings.catalog.version);
  Declare(parser, settings);
  const auto outcome = parser.Parse(argc, argv);
  if (!outcome.ok()) {
    std::fprintf(stderr, "%s\n", std::string(outcome.status().message()).c_str());
    return 2;
  }
  if (*outcome == dateline::config::Parser::Outcome::kExit) return 0;
  return Run(settings);
}
