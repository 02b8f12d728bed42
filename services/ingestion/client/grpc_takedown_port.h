#ifndef DATELINE_SERVICES_INGESTION_CLIENT_GRPC_TAKEDOWN_PORT_H_
#define DATELINE_SERVICES_INGESTION_CLIENT_GRPC_TAKEDOWN_PORT_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "dateline/catalog/v1/changes_service.grpc.pb.h"
#include "services/ingestion/purge/takedown_port.h"

namespace dateline::ingestion::client {

// The catalog's takedowns over gRPC, as the consumer `consumers/ingestion`. Thread-safe.
class GrpcTakedownPort final : public purge::TakedownPort {
 public:
  explicit GrpcTakedownPort(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(catalog::v1::CatalogService::NewStub(channel)),
        changes_(catalog::v1::ChangesService::NewStub(channel)) {}

  absl::Status Register(const RequestContext& context) override;
  absl::StatusOr<catalog::v1::ListArticlesResponse> ListTakenDown(
      const RequestContext& context, const std::string& page_token) override;
  absl::Status Acknowledge(const RequestContext& context, const std::string& article) override;

 private:
  std::unique_ptr<catalog::v1::CatalogService::Stub> stub_;
  std::unique_ptr<catalog::v1::ChangesService::Stub> changes_;
};

}  // namespace dateline::ingestion::client

#endif  // DATELINE_SERVICES_INGESTION_CLIENT_GRPC_TAKEDOWN_PORT_H_
