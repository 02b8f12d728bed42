#include "services/catalog/service/changes_service.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/rpc/failed_reactor.h"
#include "common/rpc/write_stream.h"
#include "services/catalog/feed/export_reader.h"
#include "services/catalog/feed/feed_reader.h"

namespace dateline::catalog::service {
namespace {

using v1::ExportResourcesResponse;
using v1::StreamChangesResponse;

template <typename Response>
grpc::ServerWriteReactor<Response>* Fail(const absl::Status& status) {
  return new rpc::FailedWriteReactor<Response>(status);
}

absl::StatusOr<feed::ChangeFilter> FilterOf(const v1::StreamChangesRequest& request) {
  feed::ChangeFilter filter;
  for (const int kind : request.kinds()) {
    if (kind == v1::RESOURCE_KIND_UNSPECIFIED) {
      return error::InvalidField("kinds", "must be kinds of resources");
    }
    filter.kinds.insert(static_cast<v1::ResourceKind>(kind));
  }
  filter.publications.assign(request.publications().begin(), request.publications().end());
  filter.topics.assign(request.topics().begin(), request.topics().end());
  return filter;
}

// Keeps the lease of the consumer that reads a stream while it reads.
class Lease {
 public:
  // `consumer` may be empty.
  Lease(ConsumerHandlers* consumers, std::string consumer)
      : consumers_(consumers), consumer_(std::move(consumer)) {}

  // Renews it if a third of it has passed. RESOURCE_NOT_FOUND; the errors of the database.
  absl::Status Keep(const RequestContext& call) {
    if (consumer_.empty() || RealClock()->Elapsed() < due_) return absl::OkStatus();
    DATELINE_ASSIGN_OR_RETURN(const absl::Duration lease, consumers_->Renew(call, consumer_));
    due_ = RealClock()->Elapsed() + std::max(lease / 3, absl::Seconds(1));
    return absl::OkStatus();
  }

 private:
  ConsumerHandlers* const consumers_;
  const std::string consumer_;
  absl::Duration due_ = -absl::InfiniteDuration();
};

// What a stream of changes goes on from.
struct Following {
  Lease lease;
  feed::FeedReader reader;

  absl::StatusOr<std::optional<StreamChangesResponse>> Next(const RequestContext& call) {
    DATELINE_RETURN_IF_ERROR(lease.Keep(call));
    return reader.Next(call);
  }
};

}  // namespace

grpc::ServerWriteReactor<ExportResourcesResponse>* ChangesService::ExportResources(
    Context* /*context*/, const v1::ExportResourcesRequest* request) {
  auto created = feed::ExportReader::Create(parts_.feed.log(), parts_.codec, *request);
  if (!created.ok()) return Fail<ExportResourcesResponse>(created.status());
  return rpc::WriteStream<ExportResourcesResponse>::Serve(
      exports_, parts_.streams,
      [reader = std::make_shared<feed::ExportReader>(*std::move(created))](
          const RequestContext& call) { return reader->Next(call); });
}

grpc::ServerWriteReactor<StreamChangesResponse>* ChangesService::StreamChanges(
    Context* /*context*/, const v1::StreamChangesRequest* request) {
  const auto position = DecodePosition(request->position(), "position");
  if (!position.ok()) return Fail<StreamChangesResponse>(position.status());
  auto filter = FilterOf(*request);
  if (!filter.ok()) return Fail<StreamChangesResponse>(filter.status());
  feed::ChangeFeed& feed = parts_.feed;
  return rpc::WriteStream<StreamChangesResponse>::Serve(
      streams_, parts_.streams,
      [following = std::make_shared<Following>(Following{{parts_.consumers, request->consumer()},
                                                         {feed, *position, *std::move(filter)}})](
          const RequestContext& call) { return following->Next(call); },
      [&feed](std::function<void()> poke) {
        return [&feed, id = feed.AddListener(std::move(poke))] { feed.RemoveListener(id); };
      });
}

}  // namespace dateline::catalog::service
