#ifndef DATELINE_COMMON_RPC_STATUS_H_
#define DATELINE_COMMON_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace dateline::rpc {

// The only producer of grpc::Status: copies the google.rpc payloads into a google.rpc.Status, and
// sees to it that there is exactly one ErrorInfo (one of the code's own if the status has none).
// The text is cut to limits::kMaxErrorMessageBytes. Pure.
grpc::Status ToGrpcStatus(const absl::Status& status);

// The way back: code, text and details, so that a peer's error can be handed on or looked into.
// Pure.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_STATUS_H_
