#ifndef DATELINE_SERVICES_QUERY_SERVICE_REPLICA_SERVICE_H_
#define DATELINE_SERVICES_QUERY_SERVICE_REPLICA_SERVICE_H_

#include <atomic>

#include "common/rpc/runtime.h"
#include "common/rpc/unimplemented.h"
#include "dateline/query/v1/replica_service.grpc.pb.h"
#include "services/query/replica/replica.h"
#include "services/query/service/read_service.h"

namespace dateline::query::service {

// The gRPC shell for sibling replicas and for comparing one with the catalog. Thread-safe.
class ReplicaService final : public v1::ReplicaService::CallbackService {
 public:
  // Both must outlive it.
  ReplicaService(replica::Replica& replica, rpc::Runtime& runtime)
      : replica_(replica), reads_(replica, runtime), digest_stats_(runtime.StatsOf("GetDigest")) {}

  grpc::ServerUnaryReactor* GetDigest(grpc::CallbackServerContext* context,
                                      const v1::GetDigestRequest* request,
                                      v1::GetDigestResponse* response) override;

  DATELINE_STREAM_NOT_IMPLEMENTED(v1, StreamCheckpoint)

 private:
  replica::Replica& replica_;
  ReadService reads_;
  std::atomic<bool> digesting_{false};  // one at a time: it reads everything
  rpc::MethodStats& digest_stats_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_REPLICA_SERVICE_H_
