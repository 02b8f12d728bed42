#ifndef DATELINE_SERVICES_INGESTION_CLIENT_GRPC_CATALOG_PORT_H_
#define DATELINE_SERVICES_INGESTION_CLIENT_GRPC_CATALOG_PORT_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "dateline/catalog/v1/changes_service.grpc.pb.h"
#include "dateline/catalog/v1/intake_service.grpc.pb.h"
#include "services/ingestion/deliver/catalog_port.h"

namespace dateline::ingestion::client {

// The catalog over gRPC. Calls block the calling thread, which is never one of gRPC's, until the
// deadline of the call that they serve. Thread-safe.
class GrpcCatalogPort final : public deliver::CatalogPort {
 public:
  explicit GrpcCatalogPort(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(catalog::v1::CatalogService::NewStub(channel)),
        intake_(catalog::v1::IntakeService::NewStub(channel)),
        changes_(catalog::v1::ChangesService::NewStub(channel)) {}

  absl::StatusOr<std::vector<content::v1::Topic>> ListAllTopics(
      const RequestContext& context) override;
  absl::StatusOr<catalog::v1::EnsureTopicsResponse> EnsureTopics(
      const RequestContext& context, const catalog::v1::EnsureTopicsRequest& request) override;
  absl::StatusOr<content::v1::Topic> GetTopic(const RequestContext& context,
                                              const std::string& name) override;
  absl::StatusOr<content::v1::Publication> GetPublication(const RequestContext& context,
                                                          const std::string& name) override;
  absl::StatusOr<catalog::v1::BatchUpsertArticlesResponse> Upsert(
      const RequestContext& context,
      const catalog::v1::BatchUpsertArticlesRequest& request) override;
  absl::StatusOr<catalog::v1::BatchAddArticleTopicsResponse> AddArticleTopics(
      const RequestContext& context,
      const catalog::v1::BatchAddArticleTopicsRequest& request) override;
  absl::Status Export(
      const RequestContext& context, const std::string& page_token,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page)
      override;
  absl::StatusOr<int64_t> CountArticles(const RequestContext& context) override;
  absl::Status Ping(const RequestContext& context) override;

 private:
  std::unique_ptr<catalog::v1::CatalogService::Stub> stub_;
  std::unique_ptr<catalog::v1::IntakeService::Stub> intake_;
  std::unique_ptr<catalog::v1::ChangesService::Stub> changes_;
};

}  // namespace dateline::ingestion::client

#endif  // DATELINE_SERVICES_INGESTION_CLIENT_GRPC_CATALOG_PORT_H_
