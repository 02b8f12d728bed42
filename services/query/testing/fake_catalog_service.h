#ifndef DATELINE_SERVICES_QUERY_TESTING_FAKE_CATALOG_SERVICE_H_
#define DATELINE_SERVICES_QUERY_TESTING_FAKE_CATALOG_SERVICE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "dateline/catalog/v1/changes_service.grpc.pb.h"
#include "dateline/content/v1/position.pb.h"

namespace dateline::query::testing {

// The catalog's export and change log, from memory. Behaves as the real one does: pages in key
// order, batches in the order of commits, POSITION_EXPIRED for a position of another timeline.
// Breaks off its streams on demand. Thread-safe.
class FakeCatalogService final : public catalog::v1::ChangesService::Service {
 public:
  // Commits states at the primary's instant `at`; returns the position's token.
  std::string Commit(std::vector<catalog::v1::ResourceState> states, absl::Time at);

  // The token of the next commit, before it is made.
  std::string NextPosition();

  // A standby was promoted: what was committed after the first `kept` commits is lost.
  void FailOver(size_t kept);

  // Ends all streams and refuses new ones with UNAVAILABLE; until Connect.
  void Disconnect();
  void Connect();

  // Exports that were begun.
  int exports();

  grpc::Status ExportResources(
      grpc::ServerContext* context, const catalog::v1::ExportResourcesRequest* request,
      grpc::ServerWriter<catalog::v1::ExportResourcesResponse>* writer) override;
  grpc::Status StreamChanges(
      grpc::ServerContext* context, const catalog::v1::StreamChangesRequest* request,
      grpc::ServerWriter<catalog::v1::StreamChangesResponse>* writer) override;

 private:
  struct Entry {
    content::v1::LogPosition position;
    absl::Time at;
    std::vector<catalog::v1::ResourceState> states;
  };

  content::v1::LogPosition Head() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  content::v1::LogPosition PositionOf(uint64_t xid) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  CondVar changed_;
  std::vector<Entry> log_ ABSL_GUARDED_BY(mutex_);
  uint32_t timeline_ ABSL_GUARDED_BY(mutex_) = 1;
  bool connected_ ABSL_GUARDED_BY(mutex_) = true;
  int generation_ ABSL_GUARDED_BY(mutex_) = 0;  // raised to end the streams
  int exports_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace dateline::query::testing

#endif  // DATELINE_SERVICES_QUERY_TESTING_FAKE_CATALOG_SERVICE_H_
