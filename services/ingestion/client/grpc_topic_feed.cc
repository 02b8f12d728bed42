#include "services/ingestion/client/grpc_topic_feed.h"

#include "common/errors/errors.h"
#include "common/rpc/status.h"

namespace dateline::ingestion::client {

bool GrpcTopicFeed::Begin(grpc::ClientContext* context) {
  MutexLock lock(mutex_);
  if (cancelled_) return false;
  running_ = context;
  return true;
}

void GrpcTopicFeed::End() {
  MutexLock lock(mutex_);
  running_ = nullptr;
}

void GrpcTopicFeed::Cancel() {
  MutexLock lock(mutex_);
  cancelled_ = true;
  if (running_ != nullptr) running_->TryCancel();
}

absl::Status GrpcTopicFeed::ReadTopics(std::vector<catalog::v1::ResourceState>* topics,
                                       std::string* position) {
  grpc::ClientContext context;
  if (!Begin(&context)) return error::Cancelled();
  const auto reader = stub_->ExportResources(&context, catalog::v1::ExportResourcesRequest());
  catalog::v1::ExportResourcesResponse page;
  bool over = false;
  // Exports come in the order of kinds, publications and topics first: the rest is not asked for.
  while (!over && reader->Read(&page)) {
    if (!page.start_position().empty()) *position = page.start_position();
    over = !page.end_position().empty();
    for (catalog::v1::ResourceState& state : *page.mutable_states()) {
      if (state.kind() == catalog::v1::RESOURCE_KIND_TOPIC) topics->push_back(std::move(state));
      over |= state.kind() > catalog::v1::RESOURCE_KIND_TOPIC;
    }
  }
  if (over) context.TryCancel();
  const absl::Status finished = rpc::FromGrpcStatus(reader->Finish());
  End();
  if (over && !position->empty()) return absl::OkStatus();
  return finished.ok() ? error::PeerUnavailable("catalog") : finished;
}

absl::Status GrpcTopicFeed::Follow(
    const std::string& position,
    const std::function<absl::Status(const catalog::v1::StreamChangesResponse&)>& on_batch) {
  grpc::ClientContext context;
  if (!Begin(&context)) return error::Cancelled();
  catalog::v1::StreamChangesRequest request;
  request.set_position(position);
  request.add_kinds(catalog::v1::RESOURCE_KIND_TOPIC);
  const auto reader = stub_->StreamChanges(&context, request);
  catalog::v1::StreamChangesResponse batch;
  absl::Status handled;
  while (handled.ok() && reader->Read(&batch)) handled = on_batch(batch);
  if (!handled.ok()) context.TryCancel();
  const absl::Status finished = rpc::FromGrpcStatus(reader->Finish());
  End();
  if (!handled.ok()) return handled;
  // A catalog that ends the stream in good order is restarting: the caller connects again.
  return finished.ok() ? error::PeerUnavailable("catalog") : finished;
}

}  // namespace dateline::ingestion::client
