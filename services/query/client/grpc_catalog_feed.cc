#include "services/query/client/grpc_catalog_feed.h"

#include <utility>

#include "common/errors/errors.h"
#include "common/rpc/status.h"

namespace dateline::query::client {
namespace {

// Reads a stream to its end. `handle`'s error ends it early and is returned.
template <typename Response, typename Handle>
absl::Status ReadAll(grpc::ClientContext& context, grpc::ClientReader<Response>& reader,
                     Handle handle) {
  Response response;
  absl::Status handled;
  while (handled.ok() && reader.Read(&response)) handled = handle(std::move(response));
  if (!handled.ok()) context.TryCancel();
  const absl::Status finished = rpc::FromGrpcStatus(reader.Finish());
  return handled.ok() ? finished : handled;
}

}  // namespace

GrpcCatalogFeed::GrpcCatalogFeed(const std::shared_ptr<grpc::Channel>& channel)
    : stub_(catalog::v1::ChangesService::NewStub(channel)) {}

bool GrpcCatalogFeed::Begin(grpc::ClientContext* context) {
  MutexLock lock(mutex_);
  if (cancelled_) return false;
  running_ = context;
  return true;
}

void GrpcCatalogFeed::End() {
  MutexLock lock(mutex_);
  running_ = nullptr;
}

void GrpcCatalogFeed::Cancel() {
  MutexLock lock(mutex_);
  cancelled_ = true;
  if (running_ != nullptr) running_->TryCancel();
}

absl::Status GrpcCatalogFeed::Export(
    const std::string& page_token,
    const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page) {
  grpc::ClientContext context;
  if (!Begin(&context)) return error::Cancelled();
  catalog::v1::ExportResourcesRequest request;
  request.set_page_token(page_token);
  const auto reader = stub_->ExportResources(&context, request);
  const absl::Status status = ReadAll(context, *reader, on_page);
  End();
  return status;
}

absl::Status GrpcCatalogFeed::Stream(
    const std::string& position,
    const std::function<absl::Status(catalog::v1::StreamChangesResponse)>& on_batch) {
  grpc::ClientContext context;
  if (!Begin(&context)) return error::Cancelled();
  catalog::v1::StreamChangesRequest request;
  request.set_position(position);
  const auto reader = stub_->StreamChanges(&context, request);
  const absl::Status status = ReadAll(context, *reader, on_batch);
  End();
  // A catalog that ends the stream in good order is restarting: the caller connects again.
  return status.ok() ? error::PeerUnavailable("catalog") : status;
}

}  // namespace dateline::query::client
