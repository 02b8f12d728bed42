#include "services/query/client/grpc_catalog_feed.h"

#include <chrono>

#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/rpc/status.h"

namespace dateline::query::client {
namespace {

constexpr std::chrono::seconds kCallLimit(10);

}  // namespace

template <typename Method, typename Request, typename Response>
absl::Status GrpcCatalogFeed::Call(Method method, const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallLimit);
  {
    MutexLock lock(mutex_);
    if (cancelled_) return error::Cancelled();
    running_.insert(&context);
  }
  absl::Status status = rpc::FromGrpcStatus((stub_.get()->*method)(&context, request, response));
  MutexLock lock(mutex_);
  running_.erase(&context);
  return status;
}

absl::Status GrpcCatalogFeed::Export(
    const catalog::v1::ExportResourcesRequest& request,
    const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page) {
  DATELINE_RETURN_IF_ERROR(Register());
  return reader_.Read(
      [&](grpc::ClientContext* context) { return stub_->ExportResources(context, request); },
      on_page);
}

absl::Status GrpcCatalogFeed::Stream(
    const std::string& position,
    const std::function<absl::Status(catalog::v1::StreamChangesResponse)>& on_batch) {
  // Whoever was away for longer than its lease is registered anew; the stream renews it then.
  DATELINE_RETURN_IF_ERROR(Register());
  catalog::v1::StreamChangesRequest request;
  request.set_position(position);
  request.set_consumer(consumer_);
  const absl::Status status = reader_.Read(
      [&](grpc::ClientContext* context) { return stub_->StreamChanges(context, request); },
      on_batch);
  // A catalog that ends the stream in good order is restarting: the caller connects again.
  return status.ok() ? error::PeerUnavailable("catalog") : status;
}

absl::Status GrpcCatalogFeed::Register() {
  if (consumer_.empty()) return absl::OkStatus();
  catalog::v1::RegisterConsumerRequest request;
  request.set_name(consumer_);
  catalog::v1::RegisterConsumerResponse response;
  return Call(&catalog::v1::ChangesService::Stub::RegisterConsumer, request, &response);
}

absl::Status GrpcCatalogFeed::Acknowledge(const std::string& article) {
  if (consumer_.empty()) return absl::OkStatus();
  catalog::v1::AcknowledgeTakedownRequest request;
  request.set_article(article);
  request.set_consumer(consumer_);
  catalog::v1::AcknowledgeTakedownResponse response;
  return Call(&catalog::v1::ChangesService::Stub::AcknowledgeTakedown, request, &response);
}

void GrpcCatalogFeed::Cancel() {
  reader_.Cancel();
  MutexLock lock(mutex_);
  cancelled_ = true;
  for (grpc::ClientContext* context : running_) context->TryCancel();
}

}  // namespace dateline::query::client
