// dateline-query: answers readers from a local copy of the catalog.
#include "common/config/config.h"
#include "common/rpc/app/app.h"
#include "services/query/query_server.h"

int main(int argc, char** argv) {
  dateline::query::QueryServerOptions query;
  query.catalog = "127.0.0.1:7102";
  dateline::rpc::App app({"query", "Answers readers from a local copy of the catalog.",
                          query.version, /*port=*/7103, /*metrics_port=*/9103,
                          /*has_peers=*/true});
  app.parser().Address("catalog", &query.catalog, "catalog service to follow");
  app.parser().String("data-dir", &query.data_dir,
                      "folder of the local copy, on a local disk (required)");
  const auto start = [&](dateline::obs::Metrics& metrics) {
    query.rpc = app.server();
    query.catalog_tls = app.peer_tls();
    query.page_token_key = app.page_token_key();
    return dateline::query::QueryServer::Start(query, metrics);
  };
  return app.Run(argc, argv, start, [&query] {
    return query.data_dir.empty() ? absl::InvalidArgumentError("--data-dir is required")
                                  : absl::OkStatus();
  });
}
