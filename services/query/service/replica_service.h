#ifndef DATELINE_SERVICES_QUERY_SERVICE_REPLICA_SERVICE_H_
#define DATELINE_SERVICES_QUERY_SERVICE_REPLICA_SERVICE_H_

#include <atomic>

#include "common/rpc/runtime.h"
#include "common/rpc/stream/registry.h"
#include "dateline/query/v1/replica_service.grpc.pb.h"
#include "services/query/replica/replica.h"
#include "services/query/service/read_service.h"

namespace dateline::query::service {

// The gRPC shell for sibling replicas and for comparing one with the catalog. Thread-safe.
class ReplicaService final : public v1::ReplicaService::CallbackService {
 public:
  // Both must outlive it.
  ReplicaService(replica::Replica& replica, rpc::Runtime& runtime)
      : replica_(replica),
        runtime_(runtime),
        reads_(replica, runtime),
        digest_stats_(runtime.StatsOf("GetDigest")),
        checkpoints_(kMaxCheckpoints) {}
  ~ReplicaService() override { EndStreams(); }

  grpc::ServerUnaryReactor* GetDigest(grpc::CallbackServerContext* context,
                                      const v1::GetDigestRequest* request,
                                      v1::GetDigestResponse* response) override;

  grpc::ServerWriteReactor<v1::StreamCheckpointResponse>* StreamCheckpoint(
      grpc::CallbackServerContext* context, const v1::StreamCheckpointRequest* request) override;

  // Ends the streams, with UNAVAILABLE, and takes no new ones: the server is going down.
  void EndStreams() { checkpoints_.EndAll(); }

 private:
  // Each holds a few pieces, and keeps pages that the writer replaces.
  static constexpr size_t kMaxCheckpoints = 2;

  replica::Replica& replica_;
  rpc::Runtime& runtime_;
  ReadService reads_;
  std::atomic<bool> digesting_{false};  // one at a time of those that read everything
  rpc::MethodStats& digest_stats_;
  rpc::StreamRegistry checkpoints_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_REPLICA_SERVICE_H_
