#ifndef DATELINE_SERVICES_INGESTION_RETAG_OPERATION_STORE_H_
#define DATELINE_SERVICES_INGESTION_RETAG_OPERATION_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "dateline/ingestion/v1/operations.pb.h"
#include "google/rpc/status.pb.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::retag {

// Operations that may wait at once, the running one included.
inline constexpr int kMaxOpenOperations = 10;

// One run of RetagArticles, as far as it is.
struct Operation {
  std::string id;
  int64_t number = 0;  // in the order of creation
  v1::RetagArticlesRequest request;
  v1::RetagArticlesMetadata metadata;
  std::string cursor;    // where to go on
  std::string position;  // of the last write
  bool done = false;
  std::optional<google::rpc::Status> error;  // of one that failed or was cancelled
  int64_t epoch = 0;                         // of the lease under which it was taken
};

// Operations, and who works at them: one process at one operation, the oldest, under a lease that
// expires when the process dies. Every call may fail with DATABASE_UNAVAILABLE, DEADLINE_EXCEEDED
// or CANCELLED. Thread-safe.
class OperationStore {
 public:
  virtual ~OperationStore() = default;

  // Makes an operation. A request repeated within a day gives the operation that it made.
  // REQUEST_ID_REUSED; QUOTA_EXCEEDED if kMaxOpenOperations wait already.
  virtual absl::StatusOr<Operation> Create(const RequestContext& context,
                                           const v1::RetagArticlesRequest& request,
                                           const store::WriteOptions& options) = 0;
  // RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<Operation> Get(const RequestContext& context, const std::string& id) = 0;
  // Operations, newest first, below `before` (0: from the newest), `limit` at most.
  virtual absl::StatusOr<std::vector<Operation>> List(const RequestContext& context, int64_t before,
                                                      int limit) = 0;
  // Asks for an end; one at which nobody works ends at once. No effect on one that is done.
  // RESOURCE_NOT_FOUND.
  virtual absl::Status Cancel(const RequestContext& context, const std::string& id) = 0;
  // Forgets one that is done. RESOURCE_NOT_FOUND; STATE_CONFLICT.
  virtual absl::Status Delete(const RequestContext& context, const std::string& id) = 0;

  // Takes the oldest open operation for `lease`; nullopt if there is none, or somebody has it.
  virtual absl::StatusOr<std::optional<Operation>> Take(const RequestContext& context,
                                                        absl::Duration lease) = 0;
  // Keeps metadata, cursor and position, and the lease for `lease` from now. Whether an end was
  // asked for. LEASE_LOST.
  virtual absl::StatusOr<bool> Checkpoint(const RequestContext& context, const Operation& operation,
                                          absl::Duration lease) = 0;
  // Ends an operation as it is, or with an error. LEASE_LOST.
  virtual absl::Status End(const RequestContext& context, const Operation& operation,
                           const absl::Status& error) = 0;
  // Gives the lease back, for another process to go on at once.
  virtual absl::Status Release(const RequestContext& context, const Operation& operation) = 0;
};

}  // namespace dateline::ingestion::retag

#endif  // DATELINE_SERVICES_INGESTION_RETAG_OPERATION_STORE_H_
