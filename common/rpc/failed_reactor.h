#ifndef DATELINE_COMMON_RPC_FAILED_REACTOR_H_
#define DATELINE_COMMON_RPC_FAILED_REACTOR_H_

#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "common/rpc/status.h"

namespace dateline::rpc {

// A stream that ends at once with a status.
template <typename Response>
class FailedWriteReactor final : public grpc::ServerWriteReactor<Response> {
 public:
  explicit FailedWriteReactor(const absl::Status& status)
      : FailedWriteReactor(ToGrpcStatus(status)) {}
  explicit FailedWriteReactor(const grpc::Status& status) { this->Finish(status); }
  void OnDone() override { delete this; }
};

// The same for both directions.
template <typename Request, typename Response>
class FailedBidiReactor final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  explicit FailedBidiReactor(const grpc::Status& status) { this->Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_FAILED_REACTOR_H_
