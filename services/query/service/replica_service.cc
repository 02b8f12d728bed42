#include "services/query/service/replica_service.h"

#include <memory>

#include "absl/cleanup/cleanup.h"
#include "common/errors/errors.h"
#include "common/rpc/write_stream.h"
#include "services/query/service/checkpoint.h"
#include "services/query/service/digest.h"

namespace dateline::query::service {

grpc::ServerUnaryReactor* ReplicaService::GetDigest(grpc::CallbackServerContext* context,
                                                    const v1::GetDigestRequest* request,
                                                    v1::GetDigestResponse* response) {
  const auto digest = [this, request, response](const RequestContext& call) -> absl::Status {
    if (request->view() == v1::DIGEST_VIEW_RESOURCES) {
      return FillDigest(replica_, *request, call, response);
    }
    if (digesting_.exchange(true)) return error::Overloaded();
    const absl::Cleanup done = [this] { digesting_ = false; };
    return FillDigest(replica_, *request, call, response);
  };
  return reads_.Serve(context, digest_stats_, MinPosition(request->min_position()), response,
                      digest, ReadService::Run::kOnExecutor);
}

grpc::ServerWriteReactor<v1::StreamCheckpointResponse>* ReplicaService::StreamCheckpoint(
    grpc::CallbackServerContext* /*context*/, const v1::StreamCheckpointRequest* /*request*/) {
  // It begins with the first step, on the executor.
  return rpc::WriteStream<v1::StreamCheckpointResponse>::Serve(
      checkpoints_, runtime_.executor(),
      [checkpoint = std::make_shared<Checkpoint>(replica_)](const RequestContext& call) {
        return checkpoint->Next(call);
      });
}

}  // namespace dateline::query::service
