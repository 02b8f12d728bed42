#ifndef DATELINE_SERVICES_QUERY_SERVICE_CHECKPOINT_H_
#define DATELINE_SERVICES_QUERY_SERVICE_CHECKPOINT_H_

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/query/v1/replicas.pb.h"
#include "services/query/replica/checkpoint.h"
#include "services/query/replica/replica.h"

namespace dateline::query::service {

// One call's stream of the copy that serves when it begins. One thread at a time.
class Checkpoint {
 public:
  // `replica` must outlive it.
  explicit Checkpoint(replica::Replica& replica) : replica_(replica) {}

  // The next piece; nothing behind the last. NOT_READY while no copy serves.
  absl::StatusOr<std::optional<v1::StreamCheckpointResponse>> Next(const RequestContext& call);

 private:
  replica::Replica& replica_;
  std::unique_ptr<replica::CheckpointReader> reader_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_CHECKPOINT_H_
