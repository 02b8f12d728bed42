#include "common/rpc/raw_bidi.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>

#include <utility>

namespace dateline::rpc {

grpc::internal::MethodHandler* RawBidiHandler(
    std::function<RawBidiReactor*(grpc::CallbackServerContext*)> serve) {
  return new grpc::internal::CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
      std::move(serve));
}

int MethodIndex(const std::string& full_name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(full_name)->index();
}

}  // namespace dateline::rpc
