#ifndef DATELINE_SERVICES_QUERY_QUERY_SERVER_H_
#define DATELINE_SERVICES_QUERY_QUERY_SERVER_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/obs/metrics.h"
#include "common/rpc/app/app.h"
#include "common/rpc/runtime.h"
#include "common/rpc/server.h"
#include "common/tokens/page_token.h"
#include "services/query/client/grpc_catalog_feed.h"
#include "services/query/client/grpc_checkpoint_source.h"
#include "services/query/follow/follower.h"
#include "services/query/reads/reads.h"
#include "services/query/replica/replica.h"
#include "services/query/search/index.h"
#include "services/query/search/indexer.h"
#include "services/query/search/searcher.h"
#include "services/query/service/query_service.h"
#include "services/query/service/replica_service.h"

namespace dateline::query {

// How a query process runs.
struct QueryServerOptions {
  rpc::ServerOptions rpc;     // Where it listens.
  std::string catalog;        // Address of the catalog to follow.
  rpc::TlsFiles catalog_tls;  // How it is called; without TLS if empty.
  std::string data_dir;       // Folder of the local copy.
  // Address of a sibling to take the first copy from, called as the catalog is; the catalog if
  // empty.
  std::string checkpoint_from;
  std::string consumer;  // `consumers/{id}`; made of the next two if empty.
  std::string host;      // Name of the machine.
  // A copy that is older at the start serves once it has caught up.
  absl::Duration serve_if_younger = absl::Minutes(10);
  std::string page_token_key;  // Shared by all replicas.
  std::string version = "0.1.0";
  std::string database;  // libpq connection string of the counts of reads; empty for none.
  std::string feed_hub;  // Address of the WebSub hub that rendered feeds name; empty for none.
};

// A whole query server: the local copy, who keeps it up to date, gRPC server. Starts and stays up
// whether the catalog can be reached or not; it is ready once its copy is complete and, at the
// start, not too old.
class QueryServer final : public rpc::Running {
 public:
  // The errors of replica::Replica::Open, follow::ConsumerName and rpc::Server::Start.
  static absl::StatusOr<std::unique_ptr<QueryServer>> Start(QueryServerOptions options,
                                                            obs::Metrics& metrics);
  // Drains.
  ~QueryServer() override;

  void Drain() override;
  int port() const override { return server_->port(); }

 private:
  QueryServer(const QueryServerOptions& options, std::unique_ptr<replica::Replica> replica,
              obs::Metrics& metrics);
  follow::FollowerStatus FollowerStatus();

  rpc::Runtime runtime_;
  const std::unique_ptr<replica::Replica> replica_;
  client::GrpcCatalogFeed feed_;
  std::unique_ptr<client::GrpcCheckpointSource> checkpoint_;  // Null for none.
  const tokens::PageTokenCodec page_tokens_;
  search::IndexFolder index_folder_;
  search::Searcher searcher_;
  std::unique_ptr<reads::ReadStore> read_store_;  // Null without a database.
  std::unique_ptr<reads::Reads> reads_;
  service::QueryService service_;
  service::ReplicaService replica_service_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<search::Indexer> indexer_;
  // The service asks the follower how it is; it starts after the server, which it makes ready.
  Mutex follower_mutex_;
  std::unique_ptr<follow::Follower> follower_ ABSL_GUARDED_BY(follower_mutex_);
};

}  // namespace dateline::query

#endif  // DATELINE_SERVICES_QUERY_QUERY_SERVER_H_
