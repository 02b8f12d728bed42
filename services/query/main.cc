// dateline-query: answers readers from a local copy of the catalog.
#include <unistd.h>

#include <array>
#include <string>

#include "common/api/names.h"
#include "common/config/config.h"
#include "common/rpc/app/app.h"
#include "services/query/query_server.h"

namespace {

// Empty if the system does not say.
std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

}  // namespace

int main(int argc, char** argv) {
  dateline::query::QueryServerOptions query;
  query.catalog = "127.0.0.1:7102";
  dateline::rpc::App app({"query", "Answers readers from a local copy of the catalog.",
                          query.version, /*port=*/7103, /*metrics_port=*/9103,
                          /*has_peers=*/true});
  app.parser().Address("catalog", &query.catalog, "catalog service to follow");
  app.parser().String("data-dir", &query.data_dir,
                      "folder of the local copy, on a local disk (required)");
  app.parser().Address("checkpoint-from", &query.checkpoint_from,
                       "query server to take the first copy from, in place of an export of the "
                       "catalog; the copy serves once it has caught up");
  std::string consumer;
  app.parser().String("consumer", &consumer,
                      "id of this server among the catalog's consumers, no other server's; by "
                      "default made of the machine's name and an id kept in the data folder");
  app.parser().Duration("serve-if-younger", &query.serve_if_younger, absl::ZeroDuration(),
                        "a copy whose state is older at the start serves once it has caught up, as "
                        "something in it may have been taken down");
  app.parser().Secret("database", &query.database,
                      "libpq connection string of the primary, where reads are counted; without "
                      "one ListMostRead answers the newest and ReportReads is refused");
  app.parser().String("feed-hub", &query.feed_hub,
                      "address of the WebSub hub that rendered feeds name");
  const auto start = [&](dateline::obs::Metrics& metrics) {
    query.rpc = app.server();
    query.host = HostName();
    if (!consumer.empty())
      query.consumer = dateline::api::MakeName(dateline::api::kConsumers, consumer);
    query.catalog_tls = app.peer_tls();
    query.page_token_key = app.page_token_key();
    return dateline::query::QueryServer::Start(query, metrics);
  };
  return app.Run(argc, argv, start, [&]() -> absl::Status {
    if (query.data_dir.empty()) return absl::InvalidArgumentError("--data-dir is required");
    if (!consumer.empty() && !dateline::api::IsValidId(consumer)) {
      return absl::InvalidArgumentError("--consumer must be an id");
    }
    return absl::OkStatus();
  });
}
