#ifndef DATELINE_SERVICES_QUERY_CLIENT_GRPC_CATALOG_FEED_H_
#define DATELINE_SERVICES_QUERY_CLIENT_GRPC_CATALOG_FEED_H_

#include <grpcpp/channel.h>

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "common/rpc/stream_reader.h"
#include "dateline/catalog/v1/changes_service.grpc.pb.h"
#include "services/query/follow/catalog_feed.h"

namespace dateline::query::client {

// The catalog's feed over gRPC. One stream at a time; Cancel may come from any thread.
class GrpcCatalogFeed final : public follow::CatalogFeed {
 public:
  // `consumer` is the name to register by, `consumers/{id}`; who gives none is no consumer.
  explicit GrpcCatalogFeed(const std::shared_ptr<grpc::Channel>& channel, std::string consumer = "")
      : stub_(catalog::v1::ChangesService::NewStub(channel)), consumer_(std::move(consumer)) {}

  absl::Status Export(
      const catalog::v1::ExportResourcesRequest& request,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page)
      override;
  absl::Status Stream(
      const std::string& position,
      const std::function<absl::Status(catalog::v1::StreamChangesResponse)>& on_batch) override;
  absl::Status Register() override;
  absl::Status Acknowledge(const std::string& article) override;
  void Cancel() override;

 private:
  // Calls a method with one answer, which Cancel ends too.
  template <typename Method, typename Request, typename Response>
  absl::Status Call(Method method, const Request& request, Response* response);

  std::unique_ptr<catalog::v1::ChangesService::Stub> stub_;
  const std::string consumer_;
  rpc::StreamReader reader_;
  Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> running_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::query::client

#endif  // DATELINE_SERVICES_QUERY_CLIENT_GRPC_CATALOG_FEED_H_
