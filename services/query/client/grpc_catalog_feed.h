#ifndef DATELINE_SERVICES_QUERY_CLIENT_GRPC_CATALOG_FEED_H_
#define DATELINE_SERVICES_QUERY_CLIENT_GRPC_CATALOG_FEED_H_

#include <grpcpp/channel.h>

#include <memory>

#include "common/rpc/stream_reader.h"
#include "dateline/catalog/v1/changes_service.grpc.pb.h"
#include "services/query/follow/catalog_feed.h"

namespace dateline::query::client {

// The catalog's feed over gRPC. One call at a time; Cancel may come from any thread.
class GrpcCatalogFeed final : public follow::CatalogFeed {
 public:
  explicit GrpcCatalogFeed(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(catalog::v1::ChangesService::NewStub(channel)) {}

  absl::Status Export(
      const std::string& page_token,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page)
      override;
  absl::Status Stream(
      const std::string& position,
      const std::function<absl::Status(catalog::v1::StreamChangesResponse)>& on_batch) override;
  void Cancel() override { reader_.Cancel(); }

 private:
  std::unique_ptr<catalog::v1::ChangesService::Stub> stub_;
  rpc::StreamReader reader_;
};

}  // namespace dateline::query::client

#endif  // DATELINE_SERVICES_QUERY_CLIENT_GRPC_CATALOG_FEED_H_
