#ifndef DATELINE_COMMON_RPC_RAW_BIDI_H_
#define DATELINE_COMMON_RPC_RAW_BIDI_H_

#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string>

namespace dateline::rpc {

// A two-way stream of bytes. gRPC reports a message that it cannot read as the end of the stream,
// so a two-way method reads bytes and parses them by itself (ParseMessage, ParseRequest).
using RawBidiReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// The handler that makes a method one of bytes, for a service's constructor:
//
//   MarkMethodRawCallback(MethodIndex("package.Service.Method"), RawBidiHandler(…));
//
// The generated WithRawCallbackMethod_… cannot be used: its method differs from the typed one in
// nothing but the returned type. The service owns the handler.
grpc::internal::MethodHandler* RawBidiHandler(
    std::function<RawBidiReactor*(grpc::CallbackServerContext*)> serve);

// The place of a method in its service, which must have it.
int MethodIndex(const std::string& full_name);

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_RAW_BIDI_H_
