#ifndef DATELINE_SERVICES_CATALOG_SERVER_POSTGRES_SERVER_TEST_BASE_H_
#define DATELINE_SERVICES_CATALOG_SERVER_POSTGRES_SERVER_TEST_BASE_H_

// The catalog as its callers see it: over gRPC, on a real PostgreSQL, which also goes away.

#include <grpcpp/create_channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/limits.h"
#include "common/rpc/status.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/catalog_server.h"
#include "services/catalog/testing/test_service_stubs.h"

namespace dateline::catalog {

// A catalog on a database, and a caller.
class Catalog {
 public:
  explicit Catalog(const std::string& conninfo, uint32_t roles = api::AllRoles(),
                   CatalogServerOptions options = CatalogServerOptions()) {
    options.rpc.callers = rpc::Callers(roles);
    options.database = conninfo;
    options.connections = 4;
    options.page_token_key = "key";
    options.rpc.drain_timeout = absl::Seconds(1);
    auto server = CatalogServer::Start(options, metrics_);
    if (!server.ok()) std::abort();
    server_ = *std::move(server);
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(static_cast<int>(limits::kMaxMessageBytes));
    channel_ = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                         grpc::InsecureChannelCredentials(), arguments);
    stubs_ = std::make_unique<testing::Stubs>(channel_);
  }

  // Calls a unary method; the status as an absl::Status with its details.
  template <typename Method, typename Request, typename Response>
  absl::Status Call(Method method, const Request& request, Response* response) {
    return stubs_->Call(method, request, response);
  }

  // Calls until it succeeds, for at most 30 s.
  absl::Status CreateTopicEventually(const std::string& id) {
    absl::Status status;
    const absl::Time until = absl::Now() + absl::Seconds(30);
    do {
      status = CreateTopic(id);
    } while (status.code() == absl::StatusCode::kUnavailable && absl::Now() < until);
    return status;
  }

  absl::Status CreateTopic(const std::string& id, std::string* position = nullptr) {
    v1::CreateTopicRequest request;
    v1::CreateTopicResponse response;
    request.set_topic_id(id);
    request.mutable_topic()->set_display_name(id);
    absl::Status status = Call(&v1::CatalogService::Stub::CreateTopic, request, &response);
    if (position != nullptr) *position = response.position();
    return status;
  }

  absl::Status CreatePublication() {
    v1::CreatePublicationRequest request;
    v1::CreatePublicationResponse response;
    request.set_publication_id("daily");
    request.mutable_publication()->set_title("Daily");
    return Call(&v1::CatalogService::Stub::CreatePublication, request, &response);
  }

  // All pages of an export.
  std::vector<v1::ExportResourcesResponse> Export(const v1::ExportResourcesRequest& request,
                                                  absl::Status* status) {
    grpc::ClientContext context;
    std::vector<v1::ExportResourcesResponse> pages;
    const auto stream = stubs_->changes().ExportResources(&context, request);
    for (v1::ExportResourcesResponse page; stream->Read(&page);) pages.push_back(page);
    *status = rpc::FromGrpcStatus(stream->Finish());
    return pages;
  }

  // The status with which a stream from `position` ends, once it has ended by itself.
  absl::Status EndOfStream(const std::string& position) {
    grpc::ClientContext context;
    v1::StreamChangesRequest request;
    request.set_position(position);
    const auto stream = stubs_->changes().StreamChanges(&context, request);
    for (v1::StreamChangesResponse batch; stream->Read(&batch);) {
    }
    return rpc::FromGrpcStatus(stream->Finish());
  }

  const testing::Stubs& stubs() const { return *stubs_; }
  v1::ChangesService::Stub& changes() { return stubs_->changes(); }
  CatalogServer& server() { return *server_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  obs::Metrics metrics_;
  std::unique_ptr<CatalogServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<testing::Stubs> stubs_;
};

inline std::string SharedDatabase() {
  auto& cluster = dateline::testing::PostgresCluster::Shared();
  return cluster.ConnInfo(cluster.NewDatabase(), "dateline_catalog");
}

}  // namespace dateline::catalog

#endif  // DATELINE_SERVICES_CATALOG_SERVER_POSTGRES_SERVER_TEST_BASE_H_
