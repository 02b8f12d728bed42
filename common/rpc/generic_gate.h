#ifndef DATELINE_COMMON_RPC_GENERIC_GATE_H_
#define DATELINE_COMMON_RPC_GENERIC_GATE_H_

#include <grpcpp/impl/server_builder_option.h>

#include <memory>

namespace dateline::rpc {

class Runtime;

// For ServerBuilder::SetOption, before BuildAndStart: puts a check of the caller's role before the
// services that gRPC's plugins bring. Reflection is readers', channelz admins', as it tells of all
// connections. Health is no plugin and stays open. `runtime` says who calls and must outlive the
// server.
std::unique_ptr<grpc::ServerBuilderOption> GateGenericServices(Runtime* runtime);

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_GENERIC_GATE_H_
