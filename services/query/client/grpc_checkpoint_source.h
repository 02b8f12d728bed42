#ifndef DATELINE_SERVICES_QUERY_CLIENT_GRPC_CHECKPOINT_SOURCE_H_
#define DATELINE_SERVICES_QUERY_CLIENT_GRPC_CHECKPOINT_SOURCE_H_

#include <grpcpp/channel.h>

#include <memory>

#include "common/rpc/stream_reader.h"
#include "dateline/query/v1/replica_service.grpc.pb.h"
#include "services/query/follow/checkpoint_source.h"

namespace dateline::query::client {

// A sibling's checkpoint over gRPC. One stream at a time; Cancel may come from any thread.
class GrpcCheckpointSource final : public follow::CheckpointSource {
 public:
  explicit GrpcCheckpointSource(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::ReplicaService::NewStub(channel)) {}

  absl::Status Stream(
      const std::function<absl::Status(const replica::CheckpointPiece&)>& on_piece) override;
  void Cancel() override { reader_.Cancel(); }

 private:
  const std::unique_ptr<v1::ReplicaService::Stub> stub_;
  rpc::StreamReader reader_;
};

}  // namespace dateline::query::client

#endif  // DATELINE_SERVICES_QUERY_CLIENT_GRPC_CHECKPOINT_SOURCE_H_
