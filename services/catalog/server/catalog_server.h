#ifndef DATELINE_SERVICES_CATALOG_SERVER_CATALOG_SERVER_H_
#define DATELINE_SERVICES_CATALOG_SERVER_CATALOG_SERVER_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/executor.h"
#include "common/base/mutex.h"
#include "common/base/worker.h"
#include "common/obs/metrics.h"
#include "common/pg/pool.h"
#include "common/rpc/app/app.h"
#include "common/rpc/runtime.h"
#include "common/rpc/server.h"
#include "common/tokens/page_token.h"
#include "services/catalog/feed/change_feed.h"
#include "services/catalog/service/catalog_service.h"
#include "services/catalog/service/changes_service.h"
#include "services/catalog/service/intake_service.h"
#include "services/catalog/service/webhook_service.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/authors/author_store.h"
#include "services/catalog/store/log/postgres_change_log.h"
#include "services/catalog/store/publications/publication_store.h"
#include "services/catalog/store/topics/topic_store.h"
#include "services/catalog/store/webhooks/webhook_queue.h"
#include "services/catalog/store/webhooks/webhook_store.h"
#include "services/catalog/webhooks/webhook_sender.h"

namespace dateline::catalog {

// How a catalog process runs.
struct CatalogServerOptions {
  rpc::ServerOptions rpc;                       // Where it listens.
  std::string database;                         // libpq connection string.
  int connections = 8;                          // For calls; as many are served at once.
  int intake_connections = 3;                   // Besides, for deliveries, which come in bulk.
  int stream_connections = 3;                   // For streams and exports that read the database.
  int max_exports = 16;                         // At once; more are told to come back.
  int max_streams = 128;                        // Of changes, at once: one for each replica.
  size_t queue_limit = 500;                     // Calls, and deliveries, that may wait for one.
  std::string page_token_key;                   // Shared by all catalog processes.
  absl::Duration retention = absl::Hours(168);  // Of the change log.
  feed::FeedOptions feed;
  webhooks::SenderOptions webhooks;
  std::string version = "0.1.0";
};

// A whole catalog: stores, feed, maintenance of the log, gRPC server. Starts and stays up whether
// the database can be reached or not.
class CatalogServer final : public rpc::Running {
 public:
  // The errors of rpc::Server::Start.
  static absl::StatusOr<std::unique_ptr<CatalogServer>> Start(const CatalogServerOptions& options,
                                                              obs::Metrics& metrics);
  // Drains.
  ~CatalogServer() override;

  // Ends streams and calls; later calls have no effect.
  void Drain() override;

  int port() const override { return server_->port(); }
  grpc::Server* grpc_server() { return server_->grpc_server(); }

 private:
  CatalogServer(const CatalogServerOptions& options, obs::Metrics& metrics);

  // Keeps the log's partitions, purges what was deleted long ago, samples the metrics and sets
  // health; answers when to do so again.
  absl::Duration Maintain();
  void CountWithheld(const v1::ResourceState& state);
  bool MaintainPartitions();
  void Purge();
  void Sample();

  const CatalogServerOptions options_;
  obs::Metrics& metrics_;
  pg::Pool calls_pool_;
  pg::Pool feed_pool_;
  tokens::PageTokenCodec codec_;
  store::PostgresChangeLog log_;
  feed::ChangeFeed feed_;
  store::PublicationStore publications_;
  store::AuthorStore authors_;
  store::TopicStore topics_;
  store::ArticleStore articles_;
  store::AuditStore audit_;
  store::TakedownStore takedowns_;
  store::WebhookStore webhooks_;
  store::WebhookQueue webhook_queue_;
  service::ArticleHandlers article_handlers_;
  service::ArticleEditHandlers article_edit_handlers_;
  service::TopicHandlers topic_handlers_;
  service::AuthorHandlers author_handlers_;
  service::PublicationHandlers publication_handlers_;
  service::AuditHandlers audit_handlers_;
  service::ConsumerHandlers consumer_handlers_;
  service::StatusHandlers status_handlers_;
  service::WebhookHandlers webhook_handlers_;
  rpc::Runtime runtime_;
  // Deliveries have threads of their own, so that a bulk import holds up no editor.
  rpc::Runtime intake_runtime_;
  BoundedExecutor streams_;
  service::CatalogService service_;
  service::IntakeService intake_service_;
  service::ChangesService changes_service_;
  service::WebhookService webhook_service_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<webhooks::WebhookSender> sender_;
  Mutex mutex_;
  bool drained_ ABSL_GUARDED_BY(mutex_) = false;
  // Of the maintenance thread, which alone touches them.
  int64_t faults_ = 0;
  absl::Duration maintenance_due_ = -absl::InfiniteDuration();
  absl::Duration purge_due_ = -absl::InfiniteDuration();
  std::optional<Worker> maintenance_;
};

}  // namespace dateline::catalog

#endif  // DATELINE_SERVICES_CATALOG_SERVER_CATALOG_SERVER_H_
