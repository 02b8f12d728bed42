#include "common/rpc/generic_gate.h"

#include <google/protobuf/message.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/method_handler.h>
#include <grpcpp/support/sync_stream.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/api/roles.h"
#include "common/rpc/runtime.h"
#include "common/rpc/status.h"

namespace dateline::rpc {
namespace {

using grpc::internal::MethodHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;
using options::v1::Role;

// gRPC keeps these to itself; an explicit instantiation may name a private member (see gate.cc).
template <typename Class, typename Type, Type Class::*kMember>
struct PrivateMember {
  friend Type& Reach(Class& object) { return object.*kMember; }
};
using Services = std::vector<std::shared_ptr<grpc::Service>>;
Services& Reach(grpc::ServerInitializer& initializer);
template struct PrivateMember<grpc::ServerInitializer, Services,
                              &grpc::ServerInitializer::default_services_>;
using Methods = std::vector<std::unique_ptr<RpcServiceMethod>>;
Methods& Reach(grpc::Service& service);
template struct PrivateMember<grpc::Service, Methods, &grpc::Service::methods_>;
using Handler = std::unique_ptr<MethodHandler>;
Handler& Reach(RpcServiceMethod& method);
template struct PrivateMember<RpcServiceMethod, Handler, &RpcServiceMethod::handler_>;

Role RoleOfGenericMethod(absl::string_view path) {
  return absl::StartsWith(path, "/grpc.reflection.") ? options::v1::ROLE_READER
                                                     : options::v1::ROLE_ADMIN;
}

// Runs the handler of a synchronous method if the caller has the role.
class RoleGate final : public MethodHandler {
 public:
  RoleGate(Handler handler, const RpcServiceMethod& method, Runtime* runtime)
      : handler_(std::move(handler)),
        type_(method.method_type()),
        name_(method.name() + absl::string_view(method.name()).rfind('/') + 1),
        role_(RoleOfGenericMethod(method.name())),
        runtime_(runtime) {}

  void* Deserialize(grpc_call* call, grpc_byte_buffer* bytes, grpc::Status* status,
                    void** data) override {
    return handler_->Deserialize(call, bytes, status, data);
  }

  void RunHandler(const HandlerParameter& call) override {
    const Caller caller = runtime_->CallerOf(*call.server_context);
    const absl::Status allowed = api::CheckRole(caller, role_);
    if (allowed.ok()) return handler_->RunHandler(call);
    runtime_->StatsOf(name_).Record(allowed, absl::ZeroDuration(), caller.subject);
    const grpc::Status status = ToGrpcStatus(allowed);
    return type_ == RpcMethod::NORMAL_RPC ? RefuseUnary(call, status) : RefuseStream(call, status);
  }

 private:
  // The handler answers by itself that its request was not read.
  void RefuseUnary(const HandlerParameter& call, const grpc::Status& status) const {
    if (call.request != nullptr) static_cast<google::protobuf::Message*>(call.request)->~Message();
    handler_->RunHandler(HandlerParameter(call.call, call.server_context, nullptr, status,
                                          call.internal_data, call.call_requester));
  }

  static void RefuseStream(const HandlerParameter& call, const grpc::Status& status) {
    using grpc::ByteBuffer;
    grpc::internal::BidiStreamingHandler<grpc::Service, ByteBuffer, ByteBuffer>(
        [&status](grpc::Service*, grpc::ServerContext*,
                  grpc::ServerReaderWriter<ByteBuffer, ByteBuffer>*) { return status; },
        nullptr)
        .RunHandler(call);
  }

  const Handler handler_;
  const RpcMethod::RpcType type_;
  const std::string name_;
  const Role role_;
  Runtime* const runtime_;
};

// Runs after the plugins that it stands behind.
class GatePlugin final : public grpc::ServerBuilderPlugin {
 public:
  explicit GatePlugin(Runtime* runtime) : runtime_(runtime) {}

  std::string name() override { return "dateline_generic_gate"; }
  void InitServer(grpc::ServerInitializer* initializer) override {
    for (const std::shared_ptr<grpc::Service>& service : Reach(*initializer)) {
      for (const std::unique_ptr<RpcServiceMethod>& method : Reach(*service)) {
        if (method == nullptr || method->handler() == nullptr) continue;
        Handler handler = std::move(Reach(*method));
        method->SetHandler(new RoleGate(std::move(handler), *method, runtime_));
      }
    }
  }
  void Finish(grpc::ServerInitializer* /*initializer*/) override {}
  void ChangeArguments(const std::string& /*name*/, void* /*value*/) override {}

 private:
  Runtime* const runtime_;
};

class GateOption final : public grpc::ServerBuilderOption {
 public:
  explicit GateOption(Runtime* runtime) : runtime_(runtime) {}

  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<GatePlugin>(runtime_));
  }

 private:
  Runtime* const runtime_;
};

}  // namespace

std::unique_ptr<grpc::ServerBuilderOption> GateGenericServices(Runtime* runtime) {
  return std::make_unique<GateOption>(runtime);
}

}  // namespace dateline::rpc
