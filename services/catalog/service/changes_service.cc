#include "services/catalog/service/changes_service.h"

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "common/errors/errors.h"
#include "common/position/position.h"
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

absl::StatusOr<std::set<v1::ResourceKind>> KindsOf(const v1::StreamChangesRequest& request) {
  std::set<v1::ResourceKind> kinds;
  for (const int kind : request.kinds()) {
    if (kind == v1::RESOURCE_KIND_UNSPECIFIED) {
      return error::InvalidField("kinds", "must be kinds of resources");
    }
    kinds.insert(static_cast<v1::ResourceKind>(kind));
  }
  return kinds;
}

// Refuses what the contract has and the catalog has not, as nobody must take all changes for some.
absl::Status CheckBuilt(const v1::StreamChangesRequest& request) {
  constexpr char kNotBuilt[] = "is not built yet";
  if (!request.publications().empty()) return error::InvalidField("publications", kNotBuilt);
  if (!request.topics().empty()) return error::InvalidField("topics", kNotBuilt);
  if (!request.consumer().empty()) return error::InvalidField("consumer", kNotBuilt);
  return absl::OkStatus();
}

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
  const absl::Status built = CheckBuilt(*request);
  if (!built.ok()) return Fail<StreamChangesResponse>(built);
  auto kinds = KindsOf(*request);
  if (!kinds.ok()) return Fail<StreamChangesResponse>(kinds.status());
  feed::ChangeFeed& feed = parts_.feed;
  return rpc::WriteStream<StreamChangesResponse>::Serve(
      streams_, parts_.streams,
      [reader = std::make_shared<feed::FeedReader>(feed, *position, *std::move(kinds))](
          const RequestContext& call) { return reader->Next(call); },
      [&feed](std::function<void()> poke) {
        return [&feed, id = feed.AddListener(std::move(poke))] { feed.RemoveListener(id); };
      });
}

}  // namespace dateline::catalog::service
