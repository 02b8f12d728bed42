#include "services/ingestion/client/grpc_takedown_port.h"

#include "common/base/limits.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"

namespace dateline::ingestion::client {
namespace {

constexpr char kConsumer[] = "consumers/ingestion";
constexpr absl::Duration kCallLimit = absl::Seconds(10);

}  // namespace

absl::Status GrpcTakedownPort::Register(const RequestContext& context) {
  grpc::ClientContext outgoing;
  rpc::SetDeadline(&outgoing, context, kCallLimit);
  catalog::v1::RegisterConsumerRequest request;
  request.set_name(kConsumer);
  catalog::v1::RegisterConsumerResponse response;
  return rpc::FromGrpcStatus(changes_->RegisterConsumer(&outgoing, request, &response));
}

absl::StatusOr<catalog::v1::ListArticlesResponse> GrpcTakedownPort::ListTakenDown(
    const RequestContext& context, const std::string& page_token) {
  grpc::ClientContext outgoing;
  rpc::SetDeadline(&outgoing, context, kCallLimit);
  catalog::v1::ListArticlesRequest request;
  request.set_page_size(limits::kMaxPageSize);
  request.set_page_token(page_token);
  request.add_states(content::v1::ARTICLE_STATE_TAKEN_DOWN);
  // Origins come with nothing less.
  request.set_view(content::v1::ARTICLE_VIEW_FULL);
  catalog::v1::ListArticlesResponse response;
  const grpc::Status status = stub_->ListArticles(&outgoing, request, &response);
  if (!status.ok()) return rpc::FromGrpcStatus(status);
  return response;
}

absl::Status GrpcTakedownPort::Acknowledge(const RequestContext& context,
                                           const std::string& article) {
  grpc::ClientContext outgoing;
  rpc::SetDeadline(&outgoing, context, kCallLimit);
  catalog::v1::AcknowledgeTakedownRequest request;
  request.set_article(article);
  request.set_consumer(kConsumer);
  catalog::v1::AcknowledgeTakedownResponse response;
  return rpc::FromGrpcStatus(changes_->AcknowledgeTakedown(&outgoing, request, &response));
}

}  // namespace dateline::ingestion::client
