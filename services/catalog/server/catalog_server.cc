#include "services/catalog/server/catalog_server.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"

namespace dateline::catalog {
namespace {

// Streams that have just ended may still be in the queue of steps.
constexpr size_t kEndedStreams = 100;
constexpr absl::Duration kSampleInterval = absl::Seconds(2);
// Partitions are made days ahead, so this only has to be often enough for a clock that is set.
constexpr absl::Duration kMaintenanceInterval = absl::Hours(1);
constexpr absl::Duration kPurgeInterval = absl::Minutes(1);
constexpr absl::Duration kMaintenanceTimeout = absl::Seconds(20);

pg::PoolOptions PoolOptionsFor(const CatalogServerOptions& options, int size, const char* name) {
  pg::PoolOptions pool;
  pool.conninfo = options.database;
  pool.size = size;
  pool.application_name = name;
  return pool;
}

}  // namespace

CatalogServer::CatalogServer(const CatalogServerOptions& options, obs::Metrics& metrics)
    : options_(options),
      metrics_(metrics),
      // One for each thread of the two runtimes.
      calls_pool_(PoolOptionsFor(options, options.connections + options.intake_connections,
                                 "dateline-catalog")),
      // Besides the streams: the feed's own thread, maintenance and webhooks.
      feed_pool_(PoolOptionsFor(options, options.stream_connections + 3, "dateline-catalog-feed")),
      codec_(options.page_token_key),
      log_(store::StoreContext{&feed_pool_, [] {},
                               [this](const v1::ResourceState& state) { CountWithheld(state); }}),
      feed_(log_, options.feed),
      publications_(store::StoreContext{&calls_pool_, [this] { feed_.Wake(); }}),
      authors_(store::StoreContext{&calls_pool_, [this] { feed_.Wake(); }}),
      topics_(store::StoreContext{&calls_pool_, [this] { feed_.Wake(); }}),
      articles_(store::StoreContext{&calls_pool_, [this] { feed_.Wake(); }}),
      audit_(store::StoreContext{&calls_pool_}),
      takedowns_(store::StoreContext{&calls_pool_}),
      webhooks_(store::StoreContext{&calls_pool_, [this] { feed_.Wake(); }}),
      webhook_queue_(store::StoreContext{&feed_pool_}),
      article_handlers_(articles_, codec_),
      article_edit_handlers_(articles_),
      topic_handlers_(topics_, articles_, codec_),
      author_handlers_(authors_, codec_),
      publication_handlers_(publications_, codec_),
      audit_handlers_(audit_, codec_),
      consumer_handlers_(takedowns_, codec_),
      status_handlers_(feed_, options.version, [this] { return changes_service_.open_streams(); }),
      webhook_handlers_(webhooks_, codec_, options.webhooks.calls.allow_http),
      runtime_(metrics, options.connections, options.queue_limit, options.rpc.callers),
      intake_runtime_(metrics, options.intake_connections, options.queue_limit, options.rpc.callers,
                      "intake"),
      // Each waits in the queue at most once.
      streams_(options.stream_connections,
               static_cast<size_t>(options.max_exports + options.max_streams) + kEndedStreams),
      service_(article_handlers_, article_edit_handlers_, topic_handlers_, author_handlers_,
               publication_handlers_, audit_handlers_, status_handlers_, runtime_),
      intake_service_(article_handlers_, topic_handlers_, intake_runtime_),
      changes_service_({feed_, codec_, runtime_, streams_, static_cast<size_t>(options.max_exports),
                        static_cast<size_t>(options.max_streams), &consumer_handlers_}),
      webhook_service_(webhook_handlers_, runtime_) {}

absl::StatusOr<std::unique_ptr<CatalogServer>> CatalogServer::Start(
    const CatalogServerOptions& options, obs::Metrics& metrics) {
  std::unique_ptr<CatalogServer> server(new CatalogServer(options, metrics));
  rpc::ServerOptions serving = options.rpc;
  serving.runtime = &server->runtime_;
  DATELINE_ASSIGN_OR_RETURN(
      server->server_,
      rpc::Server::Start(serving,
                         {{v1::CatalogService::service_full_name(), &server->service_},
                          {v1::IntakeService::service_full_name(), &server->intake_service_},
                          {v1::ChangesService::service_full_name(), &server->changes_service_},
                          {v1::WebhookService::service_full_name(), &server->webhook_service_}}));
  DATELINE_ASSIGN_OR_RETURN(server->sender_,
                            webhooks::WebhookSender::Start(server->webhook_queue_, server->feed_,
                                                           metrics, options.webhooks));
  server->feed_.Start();
  server->maintenance_.emplace(
      [raw = server.get()](Worker&) { return raw->Maintain(); },
      [raw = server.get()](absl::string_view what) {
        ++raw->faults_;
        obs::Log(obs::Level::kError, "maintenance threw", {{"error", what}});
      });
  return server;
}

CatalogServer::~CatalogServer() { Drain(); }

void CatalogServer::Drain() {
  {
    MutexLock lock(mutex_);
    if (std::exchange(drained_, true)) return;
  }
  if (maintenance_) maintenance_->Stop();
  if (sender_ != nullptr) sender_->Stop();
  changes_service_.EndStreams();
  if (server_ != nullptr) server_->Drain();
  feed_.Stop();
  streams_.Shutdown();
}

void CatalogServer::CountWithheld(const v1::ResourceState& state) {
  metrics_
      .Counter("dateline_catalog_states_withheld_total",
               "States, stored by another build, that cannot be sent: readers got a tombstone")
      .Increment();
  obs::Log(obs::Level::kError, "a state cannot be sent: its readers take it out",
           {{"resource", state.name()}});
}

absl::Duration CatalogServer::Maintain() {
  if (RealClock()->Elapsed() >= maintenance_due_ && MaintainPartitions()) {
    maintenance_due_ = RealClock()->Elapsed() + kMaintenanceInterval;
  }
  if (RealClock()->Elapsed() >= purge_due_) {
    Purge();
    purge_due_ = RealClock()->Elapsed() + kPurgeInterval;
  }
  Sample();
  return kSampleInterval;
}

bool CatalogServer::MaintainPartitions() {
  const RequestContext context =
      RequestContext::Background("maintenance").WithTimeout(kMaintenanceTimeout);
  const absl::Status status = log_.MaintainPartitions(context, options_.retention);
  if (!status.ok()) {
    obs::Log(obs::Level::kWarning, "the log's partitions could not be maintained",
             {{"error", std::string(status.message())}});
  }
  return status.ok();
}

void CatalogServer::Purge() {
  const RequestContext context =
      RequestContext::Background("maintenance").WithTimeout(kMaintenanceTimeout);
  const absl::StatusOr<int> purged = articles_.Purge(context);
  if (!purged.ok()) {
    obs::Log(obs::Level::kWarning, "deleted articles could not be purged",
             {{"error", std::string(purged.status().message())}});
  } else if (*purged > 0) {
    obs::Log(obs::Level::kInfo, "deleted articles were purged", {{"articles", *purged}});
  }
}

void CatalogServer::Sample() {
  const RequestContext context =
      RequestContext::Background("maintenance").WithTimeout(kMaintenanceTimeout);
  const auto status = log_.ReadStatus(context);
  server_->SetServing(status.ok());
  metrics_.Gauge("dateline_catalog_database_reachable", "1 if the last attempt succeeded")
      .Set(status.ok() ? 1 : 0);
  metrics_.Gauge("dateline_catalog_background_faults", "Units of background work that threw")
      .Set(static_cast<double>(faults_ + feed_.faults()));
  metrics_.Gauge("dateline_catalog_streams", "Streams of changes and exports that are open")
      .Set(changes_service_.open_streams());
  const pg::PoolStats pool = calls_pool_.stats();
  metrics_.Gauge("dateline_catalog_connections_in_use", "Connections of calls to the database")
      .Set(pool.in_use);
  if (!status.ok()) return;
  metrics_
      .Gauge("dateline_catalog_oldest_writer_age_seconds",
             "Age of the oldest open writing transaction, which holds the change feed back")
      .Set(absl::ToDoubleSeconds(status->oldest_writer_age));
  const feed::FeedHead head = feed_.head();
  if (head.end.log_id().empty()) return;
  metrics_
      .Gauge("dateline_catalog_feed_age_seconds",
             "How far the feed's clock is behind the database's")
      .Set(absl::ToDoubleSeconds(status->head.at - head.at));
}

}  // namespace dateline::catalog
