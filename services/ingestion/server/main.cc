// dateline-ingestion: takes articles from feeds and newsroom systems and delivers them to the
// catalog.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/config/config.h"
#include "common/rpc/app/app.h"
#include "services/ingestion/server/ingestion_server.h"

namespace dateline::ingestion {
namespace {

struct Settings {
  IngestionServerOptions ingestion;
  std::string allow_networks;
  std::string user_agent_contact;
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
  parser.String("credentials-folder", &ingestion.secrets.folder,
                "folder whose files sources may name for their credentials; empty: none");
  parser.String("credentials-environment-prefix", &ingestion.secrets.environment_prefix,
                "what the environment variables begin with that sources may name for their"
                " credentials; empty: none");
  parser.Address("websub-listen", &ingestion.websub_listen,
                 "where hubs are listened to, if there is a public address for them");
  parser.String("websub-public-url", &ingestion.websub_public_url,
                "address at which hubs reach websub-listen from outside; empty: hubs are not used");
}

void Declare(config::Parser& parser, Settings& settings) {
  IngestionServerOptions& ingestion = settings.ingestion;
  ingestion.catalog = "127.0.0.1:7102";
  ingestion.database.conninfo = "dbname=dateline user=dateline_ingestion";
  ingestion.database.application_name = "dateline-ingestion";
  ingestion.database.size = 8;
  parser.Address("catalog", &ingestion.catalog, "catalog service to deliver to");
  parser.Secret("database", &ingestion.database.conninfo, "libpq connection string of the primary");
  parser.Int("database-connections", &ingestion.database.size, 1, 1'000,
             "connections for calls, which are served by as many threads");
  DeclareFetching(parser, settings);
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

// What needs more than its own type to be right.
absl::Status Complete(Settings& settings) {
  IngestionServerOptions& ingestion = settings.ingestion;
  DATELINE_ASSIGN_OR_RETURN(ingestion.http.user_agent, UserAgent(settings.user_agent_contact));
  ingestion.http.allowed_networks =
      absl::StrSplit(settings.allow_networks, ',', absl::SkipWhitespace());
  if (!ingestion.websub_public_url.empty()) {
    DATELINE_ASSIGN_OR_RETURN(ingestion.websub_public_url,
                              websub::CheckPublicUrl(ingestion.websub_public_url));
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  Settings settings;
  IngestionServerOptions& ingestion = settings.ingestion;
  rpc::App app({"ingestion",
                "Takes articles from feeds and newsroom systems and delivers them to the catalog.",
                ingestion.version, /*port=*/7101, /*metrics_port=*/9101, /*has_peers=*/true});
  app.server().max_receive_bytes = limits::kMaxDocumentMessageBytes;
  Declare(app.parser(), settings);
  const auto start = [&](obs::Metrics& metrics) {
    ingestion.rpc = app.server();
    ingestion.catalog_tls = app.peer_tls();
    ingestion.page_token_key = app.page_token_key();
    return IngestionServer::Start(ingestion, metrics);
  };
  return app.Run(argc, argv, start, [&settings] { return Complete(settings); });
}

}  // namespace
}  // namespace dateline::ingestion

int main(int argc, char** argv) { return dateline::ingestion::Main(argc, argv); }
