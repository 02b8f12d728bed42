#ifndef DATELINE_COMMON_RPC_UNIMPLEMENTED_H_
#define DATELINE_COMMON_RPC_UNIMPLEMENTED_H_

#include <grpcpp/support/server_callback.h>

#include "common/errors/errors.h"
#include "common/rpc/status.h"

// Within a service class: answers a unary method of the contract that is not built yet with
// UNIMPLEMENTED and an ErrorInfo that says so. `Package` is the namespace of the method's messages.
#define DATELINE_UNARY_NOT_IMPLEMENTED(Package, Method)                                     \
  grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context,                    \
                                   const Package::Method##Request* /*request*/,             \
                                   Package::Method##Response* /*response*/) override {      \
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();                    \
    reactor->Finish(dateline::rpc::ToGrpcStatus(dateline::error::NotImplemented(#Method))); \
    return reactor;                                                                         \
  }

// The same for a method that streams its answers.
#define DATELINE_STREAM_NOT_IMPLEMENTED(Package, Method)                                     \
  grpc::ServerWriteReactor<Package::Method##Response>* Method(                               \
      grpc::CallbackServerContext* /*context*/, const Package::Method##Request* /*request*/) \
      override {                                                                             \
    return new dateline::rpc::FailedWriteReactor<Package::Method##Response>(                 \
        dateline::error::NotImplemented(#Method));                                           \
  }

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

#endif  // DATELINE_COMMON_RPC_UNIMPLEMENTED_H_
