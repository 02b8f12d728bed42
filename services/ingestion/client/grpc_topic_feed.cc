#include "services/ingestion/client/grpc_topic_feed.h"

#include <utility>

#include "common/errors/errors.h"

namespace dateline::ingestion::client {

absl::Status GrpcTopicFeed::ReadTopics(std::vector<catalog::v1::ResourceState>* topics,
                                       std::string* position) {
  bool over = false;
  const absl::Status finished = reader_.Read(
      [&](grpc::ClientContext* context) {
        return stub_->ExportResources(context, catalog::v1::ExportResourcesRequest());
      },
      [&](catalog::v1::ExportResourcesResponse page) {
        if (!page.start_position().empty()) *position = page.start_position();
        over = !page.end_position().empty();
        for (catalog::v1::ResourceState& state : *page.mutable_states()) {
          over |= state.kind() > catalog::v1::RESOURCE_KIND_TOPIC;
          if (state.kind() == catalog::v1::RESOURCE_KIND_TOPIC) topics->push_back(std::move(state));
        }
        // Exports come in the order of kinds, publications and topics first: the rest is not asked
        // for.
        return over ? error::Cancelled() : absl::OkStatus();
      });
  if (over && !position->empty()) return absl::OkStatus();
  return finished.ok() ? error::PeerUnavailable("catalog") : finished;
}

absl::Status GrpcTopicFeed::Follow(
    const std::string& position,
    const std::function<absl::Status(const catalog::v1::StreamChangesResponse&)>& on_batch) {
  catalog::v1::StreamChangesRequest request;
  request.set_position(position);
  request.add_kinds(catalog::v1::RESOURCE_KIND_TOPIC);
  const absl::Status status = reader_.Read(
      [&](grpc::ClientContext* context) { return stub_->StreamChanges(context, request); },
      on_batch);
  // A catalog that ends the stream in good order is restarting: the caller connects again.
  return status.ok() ? error::PeerUnavailable("catalog") : status;
}

}  // namespace dateline::ingestion::client
