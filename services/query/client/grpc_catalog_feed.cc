#include "services/query/client/grpc_catalog_feed.h"

#include "common/errors/errors.h"

namespace dateline::query::client {

absl::Status GrpcCatalogFeed::Export(
    const std::string& page_token,
    const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page) {
  catalog::v1::ExportResourcesRequest request;
  request.set_page_token(page_token);
  return reader_.Read(
      [&](grpc::ClientContext* context) { return stub_->ExportResources(context, request); },
      on_page);
}

absl::Status GrpcCatalogFeed::Stream(
    const std::string& position,
    const std::function<absl::Status(catalog::v1::StreamChangesResponse)>& on_batch) {
  catalog::v1::StreamChangesRequest request;
  request.set_position(position);
  const absl::Status status = reader_.Read(
      [&](grpc::ClientContext* context) { return stub_->StreamChanges(context, request); },
      on_batch);
  // A catalog that ends the stream in good order is restarting: the caller connects again.
  return status.ok() ? error::PeerUnavailable("catalog") : status;
}

}  // namespace dateline::query::client
