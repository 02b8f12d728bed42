#include "services/catalog/testing/fake_catalog_server.h"

#include <utility>
#include <vector>

#include "common/obs/metrics.h"
#include "common/rpc/failed_reactor.h"
#include "common/rpc/runtime.h"
#include "common/rpc/write_stream.h"
#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "dateline/catalog/v1/intake_service.grpc.pb.h"
#include "services/catalog/service/changes_service.h"
#include "services/catalog/service/status_handlers.h"
#include "services/catalog/service/unary_service.h"

namespace dateline::catalog::testing {
namespace {

constexpr size_t kMaxStreams = 100;
constexpr size_t kQueueLimit = 1'000;

class CatalogService final : public v1::CatalogService::CallbackService {
 public:
  CatalogService(FakeCatalog& catalog, service::StatusHandlers& status, rpc::Runtime& runtime)
      : catalog_(catalog), status_(status), runtime_(runtime) {}

  DATELINE_UNARY_FORWARD(GetPublication, catalog_)
  DATELINE_UNARY_FORWARD(ListTopics, catalog_)
  DATELINE_UNARY_FORWARD(GetTopic, catalog_)
  DATELINE_UNARY_FORWARD(GetStatus, status_)

 private:
  FakeCatalog& catalog_;
  service::StatusHandlers& status_;
  rpc::Runtime& runtime_;
};

class IntakeService final : public v1::IntakeService::CallbackService {
 public:
  IntakeService(FakeCatalog& catalog, rpc::Runtime& runtime)
      : catalog_(catalog), runtime_(runtime) {}

  DATELINE_UNARY_FORWARD(EnsureTopics, catalog_)
  DATELINE_UNARY_FORWARD(BatchUpsertArticles, catalog_)
  DATELINE_UNARY_FORWARD(BatchAddArticleTopics, catalog_)

 private:
  FakeCatalog& catalog_;
  rpc::Runtime& runtime_;
};

// The catalog's own service of changes, which can be cut off.
class ChangesService final : public v1::ChangesService::CallbackService {
 public:
  // `begin` counts a call of a method and tells why it is refused; `check_consumer` knows who is
  // registered.
  ChangesService(FakeCatalog& catalog, rpc::Runtime& runtime,
                 const service::ChangesService::Parts& parts,
                 std::function<absl::Status(const std::string& method)> begin,
                 std::function<absl::Status(const std::string& consumer)> check_consumer)
      : catalog_(catalog),
        runtime_(runtime),
        parts_(parts),
        begin_(std::move(begin)),
        check_consumer_(std::move(check_consumer)) {
    Renew();
  }

  // Ends all streams; those that come are refused until Renew.
  void Cut() {
    MutexLock lock(mutex_);
    services_.back()->EndStreams();
  }
  void Renew() {
    MutexLock lock(mutex_);
    services_.push_back(std::make_unique<service::ChangesService>(parts_));
  }

  grpc::ServerWriteReactor<v1::ExportResourcesResponse>* ExportResources(
      grpc::CallbackServerContext* context, const v1::ExportResourcesRequest* request) override {
    const absl::Status begun = begin_("ExportResources");
    if (!begun.ok()) return new rpc::FailedWriteReactor<v1::ExportResourcesResponse>(begun);
    MutexLock lock(mutex_);
    return services_.back()->ExportResources(context, request);
  }
  grpc::ServerWriteReactor<v1::StreamChangesResponse>* StreamChanges(
      grpc::CallbackServerContext* context, const v1::StreamChangesRequest* request) override {
    absl::Status begun = begin_("StreamChanges");
    if (begun.ok()) begun = check_consumer_(request->consumer());
    if (!begun.ok()) return new rpc::FailedWriteReactor<v1::StreamChangesResponse>(begun);
    // The service keeps leases in a database.
    v1::StreamChangesRequest anonymous = *request;
    anonymous.clear_consumer();
    MutexLock lock(mutex_);
    return services_.back()->StreamChanges(context, &anonymous);
  }

  DATELINE_UNARY_FORWARD(RegisterConsumer, catalog_)
  DATELINE_UNARY_FORWARD(AcknowledgeTakedown, catalog_)

 private:
  FakeCatalog& catalog_;
  rpc::Runtime& runtime_;
  const service::ChangesService::Parts parts_;
  const std::function<absl::Status(const std::string& method)> begin_;
  const std::function<absl::Status(const std::string& consumer)> check_consumer_;
  Mutex mutex_;
  // Those cut off stay, as gRPC may not be done with their streams.
  std::vector<std::unique_ptr<service::ChangesService>> services_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

class FakeCatalogServer::Services {
 public:
  explicit Services(FakeCatalogServer& catalog)
      : status_(catalog.feed_, "test", [] { return 0; }),
        catalog_(catalog, status_, runtime_),
        intake_(catalog, runtime_),
        changes_(
            catalog, runtime_,
            {catalog.feed_, catalog.codec_, runtime_, streams_, kMaxStreams, kMaxStreams},
            [&catalog](const std::string& method) { return catalog.Begin(method); },
            [&catalog](const std::string& consumer) { return catalog.CheckConsumer(consumer); }) {}

  std::vector<grpc::Service*> all() { return {&catalog_, &intake_, &changes_}; }
  ChangesService& changes() { return changes_; }

 private:
  obs::Metrics metrics_;
  rpc::Runtime runtime_{metrics_, /*threads=*/4, kQueueLimit};
  BoundedExecutor streams_{/*threads=*/2, kQueueLimit};
  service::StatusHandlers status_;
  CatalogService catalog_;
  IntakeService intake_;
  ChangesService changes_;
};

FakeCatalogServer::FakeCatalogServer()
    : services_(std::make_unique<Services>(*this)),
      server_(std::make_unique<dateline::testing::InProcessServer>(services_->all())) {}

FakeCatalogServer::~FakeCatalogServer() {
  Disconnect();
  server_.reset();
}

std::shared_ptr<grpc::Channel> FakeCatalogServer::channel() { return server_->channel(); }

void FakeCatalogServer::Disconnect() {
  FakeCatalog::Disconnect();
  services_->changes().Cut();
}

void FakeCatalogServer::Connect() {
  services_->changes().Renew();
  FakeCatalog::Connect();
}

}  // namespace dateline::catalog::testing
