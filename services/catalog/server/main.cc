// dateline-catalog: the system of record.
#include <string>

#include "absl/strings/str_split.h"
#include "common/config/config.h"
#include "common/rpc/app/app.h"
#include "services/catalog/server/catalog_server.h"

int main(int argc, char** argv) {
  using dateline::catalog::CatalogServer;
  dateline::catalog::CatalogServerOptions catalog;
  dateline::rpc::App app({"catalog",
                          "The system of record: articles, topics, authors and the change log.",
                          catalog.version, /*port=*/7102, /*metrics_port=*/9102});
  catalog.database = "dbname=dateline user=dateline_catalog";
  dateline::config::Parser& parser = app.parser();
  parser.Secret("database", &catalog.database, "libpq connection string of the primary");
  parser.Int("database-connections", &catalog.connections, 1, 1000,
             "connections for calls, which are served by as many threads");
  parser.Int(
      "intake-connections", &catalog.intake_connections, 1, 1000,
      "connections besides for what ingestion delivers, so that bulk holds up no other call");
  parser.Int("stream-connections", &catalog.stream_connections, 1, 100,
             "connections for streams that read from the database");
  parser.Duration("log-retention", &catalog.retention, absl::Hours(24),
                  "how long the change log is kept");
  std::string allow_networks;
  parser.Bool("webhook-allow-http", &catalog.webhooks.calls.allow_http,
              "whether webhooks may be http, without encryption");
  parser.String("webhook-allow-networks", &allow_networks,
                "networks (CIDR, separated by commas) where webhooks may be besides public"
                " addresses");
  parser.String("webhook-ca", &catalog.webhooks.http.ca_file,
                "PEM file; certificates to trust when calling webhooks, instead of the system's");
  return app.Run(argc, argv, [&](dateline::obs::Metrics& metrics) {
    catalog.rpc = app.server();
    catalog.page_token_key = app.page_token_key();
    catalog.webhooks.http.allowed_networks =
        absl::StrSplit(allow_networks, ',', absl::SkipWhitespace());
    return CatalogServer::Start(catalog, metrics);
  });
}
