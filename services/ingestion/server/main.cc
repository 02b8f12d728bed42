// dateline-ingestion: takes articles from feeds and newsroom systems and delivers them to the
// catalog.
#include <cstdio>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/ids.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/config/config.h"
#include "common/obs/log.h"
#include "common/obs/metrics.h"
#include "common/rpc/server.h"
#include "services/ingestion/server/ingestion_server.h"

namespace dateline::ingestion {
namespace {

struct Settings {
  IngestionServerOptions ingestion;
  std::string metrics_listen = "127.0.0.1:9101";
  std::string allow_networks;
  std::string user_agent_contact;
  std::string log_level = "info";
};

void DeclareFetching(config::Parser& parser, Settings& settings) {
  IngestionServerOptions& ingestion = settings.ingestion;
  ingestion.websub_listen = "127.0.0.1:7111";
  parser.String(
      "allow-networks", &settings.allow_networks,
      "networks (CIDR, separated by commas) that may be fetched from besides public addresses");
  parser.Bool("poll", &ingestion.poll, "whether due sources are fetched in the background");
  parser.Int("poll-workers", &ingestion.scheduler.workers, 1, 100,
             "sources fetched in the background at once");
  parser.String("user-agent-contact", &settings.user_agent_contact,
                "address (http, https or mailto) at which webmasters learn about these fetches");
  parser.String("fetch-ca", &ingestion.http.ca_file,
                "PEM file; certificates to trust when fetching, instead of the system's");
  parser.Address("websub-listen", &ingestion.websub_listen,
                 "where hubs are listened to, if there is a public address for them");
  parser.String("websub-public-url", &ingestion.websub_public_url,
                "address at which hubs reach websub-listen from outside; empty: hubs are not used");
}

void Declare(config::Parser& parser, Settings& settings) {
  IngestionServerOptions& ingestion = settings.ingestion;
  ingestion.rpc.address = "127.0.0.1:7101";
  ingestion.rpc.max_receive_bytes = limits::kMaxDocumentMessageBytes;
  ingestion.catalog = "127.0.0.1:7102";
  ingestion.database.conninfo = "dbname=dateline user=dateline_ingestion";
  ingestion.database.application_name = "dateline-ingestion";
  ingestion.database.size = 8;
  parser.Address("listen", &ingestion.rpc.address, "where gRPC is served");
  parser.Address("metrics-listen", &settings.metrics_listen, "where /metrics is served");
  parser.Address("catalog", &ingestion.catalog, "catalog service to deliver to");
  parser.Secret("database", &ingestion.database.conninfo, "libpq connection string of the primary");
  parser.Int("database-connections", &ingestion.database.size, 1, 1'000,
             "connections for calls, which are served by as many threads");
  DeclareFetching(parser, settings);
  parser.Secret(
      "page-token-key", &ingestion.page_token_key,
      "key that signs page tokens, the same for all ingestion processes; made up if empty");
  parser.Duration("drain-timeout", &ingestion.rpc.drain_timeout, absl::ZeroDuration(),
                  "how long calls may go on after SIGTERM");
  parser.String("tls-certificate", &ingestion.rpc.tls_certificate_file, "PEM file");
  parser.String("tls-key", &ingestion.rpc.tls_key_file, "PEM file");
  parser.String("tls-client-ca", &ingestion.rpc.tls_client_ca_file,
                "PEM file; clients must show a certificate that it signed");
  parser.String("log-level", &settings.log_level, "debug, info, warning or error");
}

// RFC 9110, section 10.1.5.
absl::StatusOr<std::string> UserAgent(const std::string& contact) {
  if (contact.empty()) return std::string("Dateline/0.1");
  const bool fits = absl::StartsWith(contact, "http://") || absl::StartsWith(contact, "https://") ||
                    absl::StartsWith(contact, "mailto:");
  if (!fits || contact.find_first_of(" \t\r\n()") != std::string::npos) {
    return absl::InvalidArgumentError(
        "--user-agent-contact must be an http, https or mailto address");
  }
  return absl::StrCat("Dateline/0.1 (+", contact, ")");
}

// What needs more than its own type to be right; the log is ready after it.
absl::Status Complete(Settings& settings) {
  IngestionServerOptions& ingestion = settings.ingestion;
  DATELINE_ASSIGN_OR_RETURN(ingestion.http.user_agent, UserAgent(settings.user_agent_contact));
  ingestion.http.allowed_networks =
      absl::StrSplit(settings.allow_networks, ',', absl::SkipWhitespace());
  if (!ingestion.websub_public_url.empty()) {
    DATELINE_ASSIGN_OR_RETURN(ingestion.websub_public_url,
                              websub::CheckPublicUrl(ingestion.websub_public_url));
  }
  obs::Level level;
  if (!obs::ParseLevel(settings.log_level, &level)) {
    return absl::InvalidArgumentError("--log-level must be debug, info, warning or error");
  }
  obs::InitialiseLog("ingestion", level);
  if (ingestion.page_token_key.empty()) ingestion.page_token_key = NewId();
  return absl::OkStatus();
}

absl::Status Run(const Settings& settings, rpc::TerminationSignals& signals) {
  obs::Metrics metrics;
  DATELINE_ASSIGN_OR_RETURN(const auto metrics_server,
                            obs::MetricsServer::Start(settings.metrics_listen, metrics));
  DATELINE_ASSIGN_OR_RETURN(const auto server, IngestionServer::Start(settings.ingestion, metrics));
  obs::Log(obs::Level::kInfo, "serving", {{"port", server->port()}});
  const int signal = signals.Wait();
  obs::Log(obs::Level::kInfo, "draining", {{"signal", signal}});
  server->Drain();
  return absl::OkStatus();
}

// The process's exit code: 2 for wrong settings, 1 if it cannot run.
int Main(int argc, char** argv) {
  rpc::TerminationSignals signals;
  Settings settings;
  config::Parser parser(
      "dateline-ingestion",
      "Takes articles from feeds and newsroom systems and delivers them to the catalog.",
      settings.ingestion.version);
  Declare(parser, settings);
  const auto outcome = parser.Parse(argc, argv);
  if (outcome.ok() && *outcome == config::Parser::Outcome::kExit) return 0;
  absl::Status status = outcome.ok() ? Complete(settings) : outcome.status();
  const int failure = status.ok() ? 1 : 2;
  if (status.ok()) status = Run(settings, signals);
  if (status.ok()) return 0;
  std::fprintf(stderr, "dateline-ingestion: %s\n", std::string(status.message()).c_str());
  return failure;
}

}  // namespace
}  // namespace dateline::ingestion

int main(int argc, char** argv) { return dateline::ingestion::Main(argc, argv); }
