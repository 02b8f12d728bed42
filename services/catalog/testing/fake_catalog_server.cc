#include "services/catalog/testing/fake_catalog_server.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/rpc/write_stream.h"
#include "services/catalog/service/changes_service.h"

namespace dateline::catalog::testing {
namespace {

// So few that every export has several pages.
constexpr int kStatesPerPage = 3;
constexpr size_t kMaxStreams = 100;

}  // namespace

// The catalog's own service of changes, with a switch that cuts it off.
class FakeCatalogServer::Changes final : public v1::ChangesService::CallbackService {
 public:
  explicit Changes(store::ChangeLog& log) : feed_(log, {}) {
    feed_.Start();
    Connect();
  }

  void Disconnect() {
    MutexLock lock(mutex_);
    connected_ = false;
    services_.back()->EndStreams();
  }
  void Connect() {
    MutexLock lock(mutex_);
    connected_ = true;
    services_.push_back(std::make_unique<service::ChangesService>(
        service::ChangesService::Parts{feed_, codec_, streams_, kMaxStreams, kMaxStreams}));
  }
  void Wake() { feed_.Wake(); }
  int exports() {
    MutexLock lock(mutex_);
    return exports_;
  }

  grpc::ServerWriteReactor<v1::ExportResourcesResponse>* ExportResources(
      grpc::CallbackServerContext* context, const v1::ExportResourcesRequest* request) override {
    MutexLock lock(mutex_);
    if (!connected_) return Refuse<v1::ExportResourcesResponse>();
    ++exports_;
    return services_.back()->ExportResources(context, request);
  }
  grpc::ServerWriteReactor<v1::StreamChangesResponse>* StreamChanges(
      grpc::CallbackServerContext* context, const v1::StreamChangesRequest* request) override {
    MutexLock lock(mutex_);
    if (!connected_) return Refuse<v1::StreamChangesResponse>();
    return services_.back()->StreamChanges(context, request);
  }

 private:
  template <typename Response>
  static grpc::ServerWriteReactor<Response>* Refuse() {
    return new rpc::FailedWriteReactor<Response>(error::DatabaseUnavailable());
  }

  const tokens::PageTokenCodec codec_{"a key for tests"};
  feed::ChangeFeed feed_;
  BoundedExecutor streams_{/*threads=*/2, /*queue_limit=*/1'000};
  Mutex mutex_;
  bool connected_ ABSL_GUARDED_BY(mutex_) = false;
  int exports_ ABSL_GUARDED_BY(mutex_) = 0;
  // Those cut off stay, as gRPC may not be done with their streams.
  std::vector<std::unique_ptr<service::ChangesService>> services_ ABSL_GUARDED_BY(mutex_);
};

FakeCatalogServer::FakeCatalogServer() : changes_(std::make_unique<Changes>(log_)) {
  log_.LimitExportPages(kStatesPerPage);
  server_ = std::make_unique<dateline::testing::InProcessServer>(
      std::vector<grpc::Service*>{changes_.get()});
}

FakeCatalogServer::~FakeCatalogServer() {
  changes_->Disconnect();
  server_.reset();
}

std::shared_ptr<grpc::Channel> FakeCatalogServer::channel() { return server_->channel(); }

std::string FakeCatalogServer::Commit(const std::vector<v1::ResourceState>& states, absl::Time at) {
  const std::string position = EncodePosition(log_.Commit(states, at));
  changes_->Wake();
  return position;
}

std::string FakeCatalogServer::NextPosition() { return EncodePosition(log_.NextPosition()); }

void FakeCatalogServer::FailOver(size_t kept) {
  log_.FailOver(kept);
  changes_->Wake();
}

void FakeCatalogServer::Disconnect() { changes_->Disconnect(); }
void FakeCatalogServer::Connect() { changes_->Connect(); }
int FakeCatalogServer::exports() { return changes_->exports(); }

}  // namespace dateline::catalog::testing
