#ifndef DATELINE_SERVICES_CLI_CLIENT_CLIENTS_H_
#define DATELINE_SERVICES_CLI_CLIENT_CLIENTS_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/article_lifecycle.pb.h"
#include "dateline/catalog/v1/articles.pb.h"
#include "dateline/catalog/v1/audit.pb.h"
#include "dateline/catalog/v1/authors.pb.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/catalog/v1/publications.pb.h"
#include "dateline/catalog/v1/revisions.pb.h"
#include "dateline/catalog/v1/status.pb.h"
#include "dateline/catalog/v1/topics.pb.h"
#include "dateline/catalog/v1/webhooks.pb.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "dateline/ingestion/v1/fetches.pb.h"
#include "dateline/ingestion/v1/operations.pb.h"
#include "dateline/ingestion/v1/sources.pb.h"
#include "dateline/query/v1/articles.pb.h"
#include "dateline/query/v1/reads.pb.h"
#include "dateline/query/v1/replicas.pb.h"
#include "dateline/query/v1/search.pb.h"
#include "dateline/query/v1/status.pb.h"
#include "dateline/query/v1/watch.pb.h"
#include "google/longrunning/operations.pb.h"
#include "services/cli/import/article_stream.h"

namespace dateline::cli {

// Where the three services are ("host:port" each) and how long a call may take.
struct Endpoints {
  std::string ingestion;
  std::string catalog;
  std::string query;
  absl::Duration timeout = absl::Seconds(30);
  // PEM files, as of rpc::ChannelOptions: with an authority all are called with TLS.
  std::string peer_ca;
  std::string peer_certificate;
  std::string peer_key;
};

// The calls that the command makes, without their transport. Each returns what the service answered
// or its error with details; UNAVAILABLE if it cannot be reached. Thread-safe; connects on first
// use.
class Clients {
 public:
  explicit Clients(const Endpoints& endpoints);
  ~Clients();

  absl::StatusOr<catalog::v1::GetStatusResponse> Call(const catalog::v1::GetStatusRequest& request);
  absl::StatusOr<catalog::v1::CreatePublicationResponse> Call(
      const catalog::v1::CreatePublicationRequest& request);
  absl::StatusOr<catalog::v1::ListPublicationsResponse> Call(
      const catalog::v1::ListPublicationsRequest& request);
  absl::StatusOr<catalog::v1::CreateTopicResponse> Call(
      const catalog::v1::CreateTopicRequest& request);
  absl::StatusOr<catalog::v1::ListTopicsResponse> Call(
      const catalog::v1::ListTopicsRequest& request);
  absl::StatusOr<catalog::v1::GetTopicResponse> Call(const catalog::v1::GetTopicRequest& request);
  absl::StatusOr<catalog::v1::CreateArticleResponse> Call(
      const catalog::v1::CreateArticleRequest& request);
  absl::StatusOr<catalog::v1::UpdateArticleResponse> Call(
      const catalog::v1::UpdateArticleRequest& request);
  absl::StatusOr<catalog::v1::ListArticlesResponse> Call(
      const catalog::v1::ListArticlesRequest& request);
  absl::StatusOr<catalog::v1::ListArticleRevisionsResponse> Call(
      const catalog::v1::ListArticleRevisionsRequest& request);
  absl::StatusOr<catalog::v1::RollbackArticleResponse> Call(
      const catalog::v1::RollbackArticleRequest& request);
  absl::StatusOr<catalog::v1::PublishArticleResponse> Call(
      const catalog::v1::PublishArticleRequest& request);
  absl::StatusOr<catalog::v1::ScheduleArticleResponse> Call(
      const catalog::v1::ScheduleArticleRequest& request);
  absl::StatusOr<catalog::v1::UnscheduleArticleResponse> Call(
      const catalog::v1::UnscheduleArticleRequest& request);
  absl::StatusOr<catalog::v1::WithdrawArticleResponse> Call(
      const catalog::v1::WithdrawArticleRequest& request);
  absl::StatusOr<catalog::v1::TakeDownArticleResponse> Call(
      const catalog::v1::TakeDownArticleRequest& request);
  absl::StatusOr<catalog::v1::DeleteArticleResponse> Call(
      const catalog::v1::DeleteArticleRequest& request);
  absl::StatusOr<catalog::v1::UndeleteArticleResponse> Call(
      const catalog::v1::UndeleteArticleRequest& request);
  absl::StatusOr<catalog::v1::AcceptFeedProposalResponse> Call(
      const catalog::v1::AcceptFeedProposalRequest& request);
  absl::StatusOr<catalog::v1::DismissFeedProposalResponse> Call(
      const catalog::v1::DismissFeedProposalRequest& request);
  absl::StatusOr<catalog::v1::ListAuditEntriesResponse> Call(
      const catalog::v1::ListAuditEntriesRequest& request);
  absl::StatusOr<catalog::v1::UpdatePublicationResponse> Call(
      const catalog::v1::UpdatePublicationRequest& request);
  absl::StatusOr<catalog::v1::DeletePublicationResponse> Call(
      const catalog::v1::DeletePublicationRequest& request);
  absl::StatusOr<catalog::v1::UpdateTopicResponse> Call(
      const catalog::v1::UpdateTopicRequest& request);
  absl::StatusOr<catalog::v1::AcceptTopicResponse> Call(
      const catalog::v1::AcceptTopicRequest& request);
  absl::StatusOr<catalog::v1::DismissTopicResponse> Call(
      const catalog::v1::DismissTopicRequest& request);
  absl::StatusOr<catalog::v1::DeleteTopicResponse> Call(
      const catalog::v1::DeleteTopicRequest& request);
  absl::StatusOr<catalog::v1::MergeTopicsResponse> Call(
      const catalog::v1::MergeTopicsRequest& request);
  absl::StatusOr<catalog::v1::GetPinnedArticlesResponse> Call(
      const catalog::v1::GetPinnedArticlesRequest& request);
  absl::StatusOr<catalog::v1::SetPinnedArticlesResponse> Call(
      const catalog::v1::SetPinnedArticlesRequest& request);
  absl::StatusOr<catalog::v1::CreateAuthorResponse> Call(
      const catalog::v1::CreateAuthorRequest& request);
  absl::StatusOr<catalog::v1::GetAuthorResponse> Call(const catalog::v1::GetAuthorRequest& request);
  absl::StatusOr<catalog::v1::ListAuthorsResponse> Call(
      const catalog::v1::ListAuthorsRequest& request);
  absl::StatusOr<catalog::v1::UpdateAuthorResponse> Call(
      const catalog::v1::UpdateAuthorRequest& request);
  absl::StatusOr<catalog::v1::DeleteAuthorResponse> Call(
      const catalog::v1::DeleteAuthorRequest& request);
  absl::StatusOr<catalog::v1::MergeAuthorsResponse> Call(
      const catalog::v1::MergeAuthorsRequest& request);
  absl::StatusOr<catalog::v1::GetPublicationResponse> Call(
      const catalog::v1::GetPublicationRequest& request);

  absl::StatusOr<catalog::v1::CreateWebhookResponse> Call(
      const catalog::v1::CreateWebhookRequest& request);
  absl::StatusOr<catalog::v1::ListWebhooksResponse> Call(
      const catalog::v1::ListWebhooksRequest& request);
  absl::StatusOr<catalog::v1::UpdateWebhookResponse> Call(
      const catalog::v1::UpdateWebhookRequest& request);
  absl::StatusOr<catalog::v1::DeleteWebhookResponse> Call(
      const catalog::v1::DeleteWebhookRequest& request);
  absl::StatusOr<catalog::v1::ReplayWebhookResponse> Call(
      const catalog::v1::ReplayWebhookRequest& request);
  absl::StatusOr<catalog::v1::ListDeliveriesResponse> Call(
      const catalog::v1::ListDeliveriesRequest& request);
  absl::StatusOr<ingestion::v1::GetStatusResponse> Call(
      const ingestion::v1::GetStatusRequest& request);
  absl::StatusOr<ingestion::v1::CreateSourceResponse> Call(
      const ingestion::v1::CreateSourceRequest& request);
  absl::StatusOr<ingestion::v1::GetSourceResponse> Call(
      const ingestion::v1::GetSourceRequest& request);
  absl::StatusOr<ingestion::v1::ListSourcesResponse> Call(
      const ingestion::v1::ListSourcesRequest& request);
  absl::StatusOr<ingestion::v1::PauseSourceResponse> Call(
      const ingestion::v1::PauseSourceRequest& request);
  absl::StatusOr<ingestion::v1::ResumeSourceResponse> Call(
      const ingestion::v1::ResumeSourceRequest& request);
  absl::StatusOr<ingestion::v1::PollSourceResponse> Call(
      const ingestion::v1::PollSourceRequest& request);
  absl::StatusOr<ingestion::v1::DiscoverFeedsResponse> Call(
      const ingestion::v1::DiscoverFeedsRequest& request);
  absl::StatusOr<ingestion::v1::IngestDocumentResponse> Call(
      const ingestion::v1::IngestDocumentRequest& request);

  absl::StatusOr<google::longrunning::Operation> Call(
      const ingestion::v1::RetagArticlesRequest& request);
  absl::StatusOr<ingestion::v1::ListTopicProposalsResponse> Call(
      const ingestion::v1::ListTopicProposalsRequest& request);
  // Of ingestion's operations.
  absl::StatusOr<google::longrunning::Operation> Call(
      const google::longrunning::WaitOperationRequest& request);

  absl::StatusOr<query::v1::GetStatusResponse> Call(const query::v1::GetStatusRequest& request);
  absl::StatusOr<query::v1::GetTopicPageResponse> Call(
      const query::v1::GetTopicPageRequest& request);
  absl::StatusOr<query::v1::GetArticleResponse> Call(const query::v1::GetArticleRequest& request);
  absl::StatusOr<query::v1::RenderFeedResponse> Call(const query::v1::RenderFeedRequest& request);
  absl::StatusOr<query::v1::ListMostReadResponse> Call(
      const query::v1::ListMostReadRequest& request);
  absl::StatusOr<query::v1::SearchArticlesResponse> Call(
      const query::v1::SearchArticlesRequest& request);
  absl::StatusOr<query::v1::ListRelatedArticlesResponse> Call(
      const query::v1::ListRelatedArticlesRequest& request);
  absl::StatusOr<query::v1::SuggestTopicsResponse> Call(
      const query::v1::SuggestTopicsRequest& request);
  absl::StatusOr<query::v1::ExplainListingResponse> Call(
      const query::v1::ExplainListingRequest& request);

  absl::StatusOr<query::v1::SyncArticlesResponse> Call(
      const query::v1::SyncArticlesRequest& request);

  // Reads a watch, which has no deadline, until `on_answer` says false (OK) or the stream ends (its
  // error).
  absl::Status Watch(const query::v1::WatchArticlesRequest& request,
                     const std::function<bool(const query::v1::WatchArticlesResponse&)>& on_answer);

  // Reads an export of the catalog, which has no deadline, until it is at its end or `on_page` says
  // no; that error is returned then.
  absl::Status Export(
      const catalog::v1::ExportResourcesRequest& request,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page);

  // Takes up to ten minutes: the replica may have to read all that it has.
  absl::StatusOr<query::v1::GetDigestResponse> Call(const query::v1::GetDigestRequest& request);

  // Begins a call of IngestArticles, which has no deadline.
  std::unique_ptr<ArticleStream> StreamArticles();

 private:
  struct Stubs;
  std::unique_ptr<Stubs> stubs_;
};

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_CLIENT_CLIENTS_H_
