#include "common/rpc/gate.h"

#include <google/protobuf/descriptor.h>
#include <grpc/byte_buffer_reader.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "common/api/check.h"
#include "common/api/roles.h"
#include "common/errors/errors.h"
#include "common/rpc/failed_reactor.h"
#include "common/rpc/parse.h"
#include "common/rpc/runtime.h"
#include "common/rpc/status.h"

namespace dateline::rpc {
namespace {

using google::protobuf::Message;
using grpc::internal::MethodHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

using Methods = std::vector<std::unique_ptr<RpcServiceMethod>>;

// A service's handlers are gRPC's own objects behind a private member, and generated code leaves no
// other place that all methods pass: the generated classes make each handler for its types. An
// explicit instantiation may name a private member; that is how it is reached.
template <Methods grpc::Service::*kMember>
struct MethodsMember {
  friend Methods& MethodsOf(grpc::Service& service) { return service.*kMember; }
};
Methods& MethodsOf(grpc::Service& service);
template struct MethodsMember<&grpc::Service::methods_>;

grpc_byte_buffer* EmptyBuffer() { return grpc_raw_byte_buffer_create(nullptr, 0); }

// Takes `raw` over; nothing if there was no message.
grpc::ByteBuffer BufferOf(grpc_byte_buffer* raw) {
  if (raw == nullptr) return {};
  std::vector<grpc::Slice> slices;
  grpc_byte_buffer_reader reader;
  if (grpc_byte_buffer_reader_init(&reader, raw) != 0) {
    grpc_slice slice;
    while (grpc_byte_buffer_reader_next(&reader, &slice) != 0) {
      slices.emplace_back(slice, grpc::Slice::STEAL_REF);
    }
    grpc_byte_buffer_reader_destroy(&reader);
  }
  grpc_byte_buffer_destroy(raw);
  return grpc::ByteBuffer(slices.data(), slices.size());
}

class Gate final : public MethodHandler {
 public:
  Gate(std::unique_ptr<RpcServiceMethod> method, Runtime* runtime)
      : method_(std::move(method)),
        runtime_(runtime),
        is_raw_(method_->api_type() == RpcServiceMethod::ApiType::RAW_CALL_BACK) {
    // "/package.Service/Method"
    const std::string name =
        absl::StrReplaceAll(absl::string_view(method_->name()).substr(1), {{"/", "."}});
    const auto* const descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
    role_ = api::RoleOf(descriptor);
    unknown_ = api::UnknownFieldsFor(role_);
    short_name_ = name.substr(name.rfind('.') + 1);
  }

  void* Deserialize(grpc_call* call, grpc_byte_buffer* bytes, grpc::Status* status,
                    void** data) override {
    MethodHandler* const handler = method_->handler();
    if (is_raw_ || !has_one_request()) return handler->Deserialize(call, bytes, status, data);
    grpc::ByteBuffer buffer = BufferOf(bytes);
    // The handler makes the message of its type, from nothing; it is filled here.
    void* const made = handler->Deserialize(call, EmptyBuffer(), status, data);
    if (made == nullptr) return nullptr;
    auto* const request = static_cast<Message*>(made);
    const absl::Status read = ParseRequest(&buffer, request, unknown_);
    if (read.ok()) {
      CountIgnored(*request);
      return made;
    }
    // The handler will not run, so it will not destroy what it made in the call's arena.
    request->~Message();
    *status = Refuse(read, "");
    return nullptr;
  }

  void RunHandler(const HandlerParameter& call) override {
    if (!call.status.ok()) return Finish(call, call.status);
    if (runtime_ == nullptr) return method_->handler()->RunHandler(call);
    auto* const context = static_cast<grpc::CallbackServerContext*>(call.server_context);
    const Caller caller = runtime_->CallerOf(*context);
    const absl::Status allowed = api::CheckRole(caller, role_);
    if (allowed.ok()) return method_->handler()->RunHandler(call);
    if (has_one_request() && call.request != nullptr) Destroy(call.request);
    Finish(call, Refuse(allowed, caller.subject));
  }

 private:
  bool has_one_request() const {
    return method_->method_type() == RpcMethod::NORMAL_RPC ||
           method_->method_type() == RpcMethod::SERVER_STREAMING;
  }

  void Destroy(void* request) const {
    if (is_raw_) {
      static_cast<grpc::ByteBuffer*>(request)->~ByteBuffer();
    } else {
      static_cast<Message*>(request)->~Message();
    }
  }

  void CountIgnored(const Message& request) const {
    if (runtime_ == nullptr || unknown_ != api::UnknownFields::kIgnored) return;
    runtime_->StatsOf(short_name_).RecordUnknownFields(api::CountUnknownFields(request));
  }

  grpc::Status Refuse(const absl::Status& status, absl::string_view caller) const {
    if (runtime_ != nullptr) {
      runtime_->StatsOf(short_name_).Record(status, absl::ZeroDuration(), caller);
    }
    return ToGrpcStatus(status);
  }

  template <typename Handler>
  static void RunInstead(Handler handler, const HandlerParameter& call, bool has_request) {
    grpc::Status status;
    void* data = nullptr;
    void* const request =
        has_request ? handler.Deserialize(call.call->call(), EmptyBuffer(), &status, &data)
                    : nullptr;
    handler.RunHandler(HandlerParameter(call.call, call.server_context, request, status, data,
                                        call.call_requester));
  }

  // Ends a call whose own handler does not run.
  void Finish(const HandlerParameter& call, const grpc::Status& status) const {
    using grpc::ByteBuffer;
    using Context = grpc::CallbackServerContext;
    switch (method_->method_type()) {
      case RpcMethod::NORMAL_RPC:
        return RunInstead(grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>(
                              [&status](Context* context, const ByteBuffer*, ByteBuffer*) {
                                auto* const reactor = context->DefaultReactor();
                                reactor->Finish(status);
                                return reactor;
                              }),
                          call, /*has_request=*/true);
      case RpcMethod::SERVER_STREAMING:
        return RunInstead(grpc::internal::CallbackServerStreamingHandler<ByteBuffer, ByteBuffer>(
                              [&status](Context*, const ByteBuffer*) {
                                return new FailedWriteReactor<ByteBuffer>(status);
                              }),
                          call, /*has_request=*/true);
      default:
        return RunInstead(
            grpc::internal::CallbackBidiHandler<ByteBuffer, ByteBuffer>([&status](Context*) {
              return new FailedBidiReactor<ByteBuffer, ByteBuffer>(status);
            }),
            call, /*has_request=*/false);
    }
  }

  const std::unique_ptr<RpcServiceMethod> method_;  // Holds the handler.
  Runtime* const runtime_;
  const bool is_raw_;
  options::v1::Role role_;
  api::UnknownFields unknown_;
  std::string short_name_;
};

}  // namespace

void PutGateBefore(grpc::Service* service, Runtime* runtime) {
  for (std::unique_ptr<RpcServiceMethod>& method : MethodsOf(*service)) {
    if (method == nullptr || method->handler() == nullptr) continue;
    if (dynamic_cast<Gate*>(method->handler()) != nullptr) continue;
    const auto api = method->api_type();
    if (api != RpcServiceMethod::ApiType::CALL_BACK &&
        api != RpcServiceMethod::ApiType::RAW_CALL_BACK) {
      continue;
    }
    // The same kind of method before the server, which gives a message to its handler alone.
    const char* const name = method->name();
    const RpcMethod::RpcType type = method->method_type();
    auto gate = std::make_unique<Gate>(std::move(method), runtime);
    method = std::make_unique<RpcServiceMethod>(name, type, gate.release());
    method->SetServerApiType(api);
  }
}

}  // namespace dateline::rpc
