#include "services/query/client/grpc_checkpoint_source.h"

#include <chrono>
#include <utility>

namespace dateline::query::client {
namespace {

// Longer than the largest copy takes; the sibling keeps what it replaces as long as the call runs.
constexpr std::chrono::hours kLimit{1};

}  // namespace

absl::Status GrpcCheckpointSource::Stream(
    const std::function<absl::Status(const replica::CheckpointPiece&)>& on_piece) {
  const v1::StreamCheckpointRequest request;
  return reader_.Read(
      [&](grpc::ClientContext* context) {
        context->set_deadline(std::chrono::system_clock::now() + kLimit);
        return stub_->StreamCheckpoint(context, request);
      },
      [&](v1::StreamCheckpointResponse response) {
        return on_piece({std::move(*response.mutable_file()), response.offset(),
                         std::move(*response.mutable_data()),
                         std::move(*response.mutable_position())});
      });
}

}  // namespace dateline::query::client
