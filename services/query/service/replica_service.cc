#include "services/query/service/replica_service.h"

#include "absl/cleanup/cleanup.h"
#include "common/errors/errors.h"
#include "services/query/service/status.h"

namespace dateline::query::service {

grpc::ServerUnaryReactor* ReplicaService::GetDigest(grpc::CallbackServerContext* context,
                                                    const v1::GetDigestRequest* request,
                                                    v1::GetDigestResponse* response) {
  const auto digest = [this, response](const RequestContext& call) -> absl::Status {
    if (digesting_.exchange(true)) return error::Overloaded();
    const absl::Cleanup done = [this] { digesting_ = false; };
    return FillDigest(replica_, call, response);
  };
  return reads_.Serve(context, digest_stats_, MinPosition(request->min_position()), response,
                      digest, ReadService::Run::kOnExecutor);
}

}  // namespace dateline::query::service
