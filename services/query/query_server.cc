#include "services/query/query_server.h"

#include <utility>

#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/rpc/channel.h"
#include "services/query/follow/consumer.h"
#include "services/query/reads/postgres_read_store.h"

namespace dateline::query {
namespace {

// Lists run on gRPC's own threads; these are for what reads the whole copy.
constexpr int kThreads = 2;
constexpr size_t kQueueLimit = 64;

std::shared_ptr<grpc::Channel> ChannelToCatalog(const QueryServerOptions& options) {
  rpc::ChannelOptions channel;
  channel.address = options.catalog;
  channel.services = {"dateline.catalog.v1.ChangesService"};
  channel.tls = options.catalog_tls;
  return rpc::MakeChannel(channel);
}

std::unique_ptr<reads::ReadStore> StoreOf(const QueryServerOptions& options) {
  if (options.database.empty()) return nullptr;
  pg::PoolOptions pool;
  pool.conninfo = options.database;
  pool.application_name = "dateline-query";
  pool.size = 1;  // Of the one thread that counts.
  return std::make_unique<reads::PostgresReadStore>(std::move(pool));
}

std::unique_ptr<client::GrpcCheckpointSource> SiblingOf(const QueryServerOptions& options) {
  if (options.checkpoint_from.empty()) return nullptr;
  rpc::ChannelOptions channel;
  channel.address = options.checkpoint_from;
  channel.services = {std::string(v1::ReplicaService::service_full_name())};
  channel.tls = options.catalog_tls;
  return std::make_unique<client::GrpcCheckpointSource>(rpc::MakeChannel(channel));
}

}  // namespace

QueryServer::QueryServer(const QueryServerOptions& options,
                         std::unique_ptr<replica::Replica> replica, obs::Metrics& metrics)
    : runtime_(metrics, kThreads, kQueueLimit, options.rpc.callers),
      replica_(std::move(replica)),
      feed_(ChannelToCatalog(options), options.consumer),
      checkpoint_(SiblingOf(options)),
      page_tokens_(options.page_token_key),
      index_folder_(options.data_dir + "/search"),
      searcher_(index_folder_),
      read_store_(StoreOf(options)),
      reads_(read_store_ == nullptr ? nullptr : std::make_unique<reads::Reads>(*read_store_)),
      service_(*replica_, page_tokens_, runtime_, [this] { return FollowerStatus(); },
               options.version,
               {.feed_hub = options.feed_hub,
                .reads = reads_.get(),
                .search_status = [this] { return indexer_->status(); },
                .searcher = &searcher_}),
      replica_service_(*replica_, runtime_) {}

absl::StatusOr<std::unique_ptr<QueryServer>> QueryServer::Start(QueryServerOptions options,
                                                                obs::Metrics& metrics) {
  DATELINE_ASSIGN_OR_RETURN(auto replica, replica::Replica::Open(options.data_dir, RealClock(),
                                                                 options.serve_if_younger));
  if (options.consumer.empty()) {
    DATELINE_ASSIGN_OR_RETURN(options.consumer,
                              follow::ConsumerName(options.data_dir, options.host));
  }
  std::unique_ptr<QueryServer> query(new QueryServer(options, std::move(replica), metrics));
  // Before the server, which asks it how it is.
  query->indexer_ = std::make_unique<search::Indexer>(*query->replica_, query->index_folder_);
  rpc::ServerOptions serving = options.rpc;
  serving.runtime = &query->runtime_;
  DATELINE_ASSIGN_OR_RETURN(
      query->server_,
      rpc::Server::Start(serving,
                         {{v1::QueryService::service_full_name(), &query->service_},
                          {v1::ReplicaService::service_full_name(), &query->replica_service_}}));
  auto follower = std::make_unique<follow::Follower>(
      *query->replica_, query->feed_, RealClock(),
      [raw = query.get()] { raw->server_->SetServing(true); },
      follow::FollowerOptions{
          .checkpoint = query->checkpoint_.get(),
          .metrics = &metrics,
          .is_clean = [indexer = query->indexer_.get()](const follow::JournalPlace& place) {
            return indexer->IsClean(place.copy, place.number);
          }});
  MutexLock lock(query->follower_mutex_);
  query->follower_ = std::move(follower);
  return query;
}

QueryServer::~QueryServer() { Drain(); }

void QueryServer::Drain() {
  replica_service_.EndStreams();
  service_.EndWatches();
  if (server_ != nullptr) server_->Drain();
  std::unique_ptr<follow::Follower> stopped;
  {
    MutexLock lock(follower_mutex_);
    stopped = std::move(follower_);
  }
  stopped.reset();
  indexer_.reset();
  runtime_.executor().Shutdown();
}

follow::FollowerStatus QueryServer::FollowerStatus() {
  MutexLock lock(follower_mutex_);
  return follower_ == nullptr ? follow::FollowerStatus() : follower_->status();
}

}  // namespace dateline::query
