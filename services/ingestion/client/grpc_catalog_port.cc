#include "services/ingestion/client/grpc_catalog_port.h"

#include <chrono>
#include <future>
#include <memory>

#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "common/rpc/stream_reader.h"
#include "dateline/catalog/v1/publications.pb.h"
#include "dateline/catalog/v1/status.pb.h"
#include "dateline/catalog/v1/topics.pb.h"

namespace dateline::ingestion::client {
namespace {

using catalog::v1::CatalogService;
using catalog::v1::IntakeService;

// No single call to the catalog takes longer, whatever the caller's deadline.
constexpr absl::Duration kCallLimit = absl::Seconds(30);
// How often it is seen that a caller has gone.
constexpr std::chrono::milliseconds kCancelCheck(20);
constexpr absl::Duration kExportLimit = absl::Minutes(10);

// An unreachable catalog is ours to report: the caller did not call it.
absl::Status FromPeer(const grpc::Status& status) {
  const absl::Status converted = rpc::FromGrpcStatus(status);
  if (absl::IsUnavailable(converted) &&
      error::ReasonOf(converted) == errors::v1::ERROR_REASON_UNSPECIFIED) {
    return error::PeerUnavailable("catalog");
  }
  return converted;
}

template <typename Response, typename Stub, typename Method, typename Request>
absl::StatusOr<Response> Call(Stub& stub, Method method, const RequestContext& context,
                              const Request& request) {
  DATELINE_RETURN_IF_ERROR(context.Check());
  grpc::ClientContext outgoing;
  rpc::SetDeadline(&outgoing, context, kCallLimit);
  Response response;
  const grpc::Status status = (stub.*method)(&outgoing, request, &response);
  if (!status.ok()) return FromPeer(status);
  return response;
}

}  // namespace

absl::StatusOr<std::vector<content::v1::Topic>> GrpcCatalogPort::ListAllTopics(
    const RequestContext& context) {
  std::vector<content::v1::Topic> topics;
  catalog::v1::ListTopicsRequest request;
  request.set_page_size(limits::kMaxPageSize);
  request.add_states(content::v1::TOPIC_STATE_ACTIVE);
  request.add_states(content::v1::TOPIC_STATE_PROPOSED);
  request.add_states(content::v1::TOPIC_STATE_MERGED);
  do {
    DATELINE_ASSIGN_OR_RETURN(auto response,
                              Call<catalog::v1::ListTopicsResponse>(
                                  *stub_, &CatalogService::Stub::ListTopics, context, request));
    for (content::v1::Topic& topic : *response.mutable_topics()) topics.push_back(std::move(topic));
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return topics;
}

absl::StatusOr<catalog::v1::EnsureTopicsResponse> GrpcCatalogPort::EnsureTopics(
    const RequestContext& context, const catalog::v1::EnsureTopicsRequest& request) {
  return Call<catalog::v1::EnsureTopicsResponse>(*intake_, &IntakeService::Stub::EnsureTopics,
                                                 context, request);
}

absl::StatusOr<content::v1::Topic> GrpcCatalogPort::GetTopic(const RequestContext& context,
                                                             const std::string& name) {
  catalog::v1::GetTopicRequest request;
  request.set_name(name);
  DATELINE_ASSIGN_OR_RETURN(
      auto response, Call<catalog::v1::GetTopicResponse>(*stub_, &CatalogService::Stub::GetTopic,
                                                         context, request));
  return std::move(*response.mutable_topic());
}

absl::StatusOr<content::v1::Publication> GrpcCatalogPort::GetPublication(
    const RequestContext& context, const std::string& name) {
  catalog::v1::GetPublicationRequest request;
  request.set_name(name);
  DATELINE_ASSIGN_OR_RETURN(auto response,
                            Call<catalog::v1::GetPublicationResponse>(
                                *stub_, &CatalogService::Stub::GetPublication, context, request));
  return std::move(*response.mutable_publication());
}

// The one call that may be long: when its caller goes, it is cancelled, and so is its transaction.
absl::StatusOr<catalog::v1::BatchUpsertArticlesResponse> GrpcCatalogPort::Upsert(
    const RequestContext& context, const catalog::v1::BatchUpsertArticlesRequest& request) {
  DATELINE_RETURN_IF_ERROR(context.Check());
  grpc::ClientContext outgoing;
  rpc::SetDeadline(&outgoing, context, kCallLimit);
  catalog::v1::BatchUpsertArticlesResponse response;
  // Shared, as the one who fulfils it may not be done with it when it is fulfilled.
  const auto promise = std::make_shared<std::promise<grpc::Status>>();
  std::future<grpc::Status> status = promise->get_future();
  intake_->async()->BatchUpsertArticles(
      &outgoing, &request, &response,
      [promise](const grpc::Status& ended) { promise->set_value(ended); });
  while (status.wait_for(kCancelCheck) != std::future_status::ready) {
    if (context.cancelled()) outgoing.TryCancel();
  }
  const grpc::Status ended = status.get();
  if (!ended.ok()) return FromPeer(ended);
  return response;
}

absl::StatusOr<catalog::v1::BatchAddArticleTopicsResponse> GrpcCatalogPort::AddArticleTopics(
    const RequestContext& context, const catalog::v1::BatchAddArticleTopicsRequest& request) {
  return Call<catalog::v1::BatchAddArticleTopicsResponse>(
      *intake_, &IntakeService::Stub::BatchAddArticleTopics, context, request);
}

absl::Status GrpcCatalogPort::Export(
    const RequestContext& context, const std::string& page_token,
    const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page) {
  DATELINE_RETURN_IF_ERROR(context.Check());
  grpc::ClientContext outgoing;
  // A long one is asked for again behind its last page.
  rpc::SetDeadline(&outgoing, context, kExportLimit);
  catalog::v1::ExportResourcesRequest request;
  request.set_page_token(page_token);
  return rpc::ReadAll(outgoing, *changes_->ExportResources(&outgoing, request), on_page, FromPeer);
}

absl::StatusOr<int64_t> GrpcCatalogPort::CountArticles(const RequestContext& context) {
  catalog::v1::GetStatusRequest request;
  DATELINE_ASSIGN_OR_RETURN(const auto response,
                            Call<catalog::v1::GetStatusResponse>(
                                *stub_, &CatalogService::Stub::GetStatus, context, request));
  return response.articles();
}

absl::Status GrpcCatalogPort::Ping(const RequestContext& context) {
  catalog::v1::GetStatusRequest request;
  return Call<catalog::v1::GetStatusResponse>(*stub_, &CatalogService::Stub::GetStatus,
                                              context.WithTimeout(absl::Seconds(2)), request)
      .status();
}

}  // namespace dateline::ingestion::client
