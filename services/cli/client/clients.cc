#include "services/cli/client/clients.h"

#include <chrono>

#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "dateline/catalog/v1/changes_service.grpc.pb.h"
#include "dateline/catalog/v1/webhook_service.grpc.pb.h"
#include "dateline/ingestion/v1/ingestion_service.grpc.pb.h"
#include "dateline/query/v1/query_service.grpc.pb.h"
#include "dateline/query/v1/replica_service.grpc.pb.h"
#include "google/longrunning/operations.grpc.pb.h"

namespace dateline::cli {
namespace {

// For a method that reads everything.
constexpr absl::Duration kDigestTimeout = absl::Minutes(10);

template <typename Service>
std::unique_ptr<typename Service::Stub> MakeStub(const Endpoints& endpoints,
                                                 const std::string& address) {
  rpc::ChannelOptions options;
  options.address = address;
  options.tls = {endpoints.peer_certificate, endpoints.peer_key, endpoints.peer_ca};
  options.services = {Service::service_full_name()};
  // Documents travel whole.
  options.max_message_bytes = limits::kMaxDocumentMessageBytes;
  return Service::NewStub(rpc::MakeChannel(options));
}

// One call with the command's deadline.
template <typename Response, typename Stub, typename Request, typename Method>
absl::StatusOr<Response> CallOne(Stub& stub, Method method, absl::Duration timeout,
                                 const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return rpc::FromGrpcStatus(status);
  return response;
}

class GrpcArticleStream final : public ArticleStream {
 public:
  explicit GrpcArticleStream(ingestion::v1::IngestionService::Stub& stub)
      : stream_(stub.IngestArticles(&context_)) {}

  bool Write(const ingestion::v1::IngestArticlesRequest& item) override {
    return stream_->Write(item);
  }
  void WritesDone() override { stream_->WritesDone(); }
  bool Read(ingestion::v1::IngestArticlesResponse* answer) override {
    return stream_->Read(answer);
  }
  absl::Status Finish() override { return rpc::FromGrpcStatus(stream_->Finish()); }

 private:
  grpc::ClientContext context_;
  const std::unique_ptr<grpc::ClientReaderWriter<ingestion::v1::IngestArticlesRequest,
                                                 ingestion::v1::IngestArticlesResponse>>
      stream_;
};

}  // namespace

struct Clients::Stubs {
  std::unique_ptr<ingestion::v1::IngestionService::Stub> ingestion;
  std::unique_ptr<google::longrunning::Operations::Stub> operations;
  std::unique_ptr<catalog::v1::CatalogService::Stub> catalog;
  std::unique_ptr<catalog::v1::WebhookService::Stub> webhooks;
  std::unique_ptr<catalog::v1::ChangesService::Stub> changes;
  std::unique_ptr<query::v1::QueryService::Stub> query;
  std::unique_ptr<query::v1::ReplicaService::Stub> replica;
  absl::Duration timeout;
};

Clients::Clients(const Endpoints& endpoints) : stubs_(std::make_unique<Stubs>()) {
  stubs_->ingestion = MakeStub<ingestion::v1::IngestionService>(endpoints, endpoints.ingestion);
  stubs_->operations = MakeStub<google::longrunning::Operations>(endpoints, endpoints.ingestion);
  stubs_->catalog = MakeStub<catalog::v1::CatalogService>(endpoints, endpoints.catalog);
  stubs_->webhooks = MakeStub<catalog::v1::WebhookService>(endpoints, endpoints.catalog);
  stubs_->changes = MakeStub<catalog::v1::ChangesService>(endpoints, endpoints.catalog);
  stubs_->query = MakeStub<query::v1::QueryService>(endpoints, endpoints.query);
  stubs_->replica = MakeStub<query::v1::ReplicaService>(endpoints, endpoints.query);
  stubs_->timeout = endpoints.timeout;
}

Clients::~Clients() = default;

std::unique_ptr<ArticleStream> Clients::StreamArticles() {
  return std::make_unique<GrpcArticleStream>(*stubs_->ingestion);
}

absl::Status Clients::Watch(
    const query::v1::WatchArticlesRequest& request,
    const std::function<bool(const query::v1::WatchArticlesResponse&)>& on_answer) {
  grpc::ClientContext context;
  const auto stream = stubs_->query->WatchArticles(&context, request);
  query::v1::WatchArticlesResponse answer;
  bool wanted = true;
  while (wanted && stream->Read(&answer)) wanted = on_answer(answer);
  if (!wanted) context.TryCancel();
  const grpc::Status status = stream->Finish();
  return wanted ? rpc::FromGrpcStatus(status) : absl::OkStatus();
}

absl::Status Clients::Export(
    const catalog::v1::ExportResourcesRequest& request,
    const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page) {
  grpc::ClientContext context;
  const auto stream = stubs_->changes->ExportResources(&context, request);
  catalog::v1::ExportResourcesResponse page;
  absl::Status status;
  while (status.ok() && stream->Read(&page)) status = on_page(page);
  if (!status.ok()) context.TryCancel();
  const grpc::Status ended = stream->Finish();
  return status.ok() ? rpc::FromGrpcStatus(ended) : status;
}

absl::StatusOr<query::v1::GetDigestResponse> Clients::Call(
    const query::v1::GetDigestRequest& request) {
  return CallOne<query::v1::GetDigestResponse>(
      *stubs_->replica, &query::v1::ReplicaService::Stub::GetDigest, kDigestTimeout, request);
}

// Each is the same call with other types; the macro spares writing them out.
#define DATELINE_CALL(package, Service, stub, Method)                                  \
  absl::StatusOr<package::v1::Method##Response> Clients::Call(                         \
      const package::v1::Method##Request& request) {                                   \
    return CallOne<package::v1::Method##Response>(                                     \
        *stubs_->stub, &package::v1::Service::Stub::Method, stubs_->timeout, request); \
  }

DATELINE_CALL(catalog, CatalogService, catalog, GetStatus)
DATELINE_CALL(catalog, CatalogService, catalog, CreatePublication)
DATELINE_CALL(catalog, CatalogService, catalog, ListPublications)
DATELINE_CALL(catalog, CatalogService, catalog, CreateTopic)
DATELINE_CALL(catalog, CatalogService, catalog, ListTopics)
DATELINE_CALL(catalog, CatalogService, catalog, GetTopic)
DATELINE_CALL(catalog, CatalogService, catalog, CreateArticle)
DATELINE_CALL(catalog, CatalogService, catalog, UpdateArticle)
DATELINE_CALL(catalog, CatalogService, catalog, ListArticles)
DATELINE_CALL(catalog, CatalogService, catalog, ListArticleRevisions)
DATELINE_CALL(catalog, CatalogService, catalog, RollbackArticle)
DATELINE_CALL(catalog, CatalogService, catalog, PublishArticle)
DATELINE_CALL(catalog, CatalogService, catalog, ScheduleArticle)
DATELINE_CALL(catalog, CatalogService, catalog, UnscheduleArticle)
DATELINE_CALL(catalog, CatalogService, catalog, WithdrawArticle)
DATELINE_CALL(catalog, CatalogService, catalog, TakeDownArticle)
DATELINE_CALL(catalog, CatalogService, catalog, DeleteArticle)
DATELINE_CALL(catalog, CatalogService, catalog, UndeleteArticle)
DATELINE_CALL(catalog, CatalogService, catalog, AcceptFeedProposal)
DATELINE_CALL(catalog, CatalogService, catalog, DismissFeedProposal)
DATELINE_CALL(catalog, CatalogService, catalog, ListAuditEntries)
DATELINE_CALL(catalog, CatalogService, catalog, UpdatePublication)
DATELINE_CALL(catalog, CatalogService, catalog, DeletePublication)
DATELINE_CALL(catalog, CatalogService, catalog, UpdateTopic)
DATELINE_CALL(catalog, CatalogService, catalog, AcceptTopic)
DATELINE_CALL(catalog, CatalogService, catalog, DismissTopic)
DATELINE_CALL(catalog, CatalogService, catalog, DeleteTopic)
DATELINE_CALL(catalog, CatalogService, catalog, MergeTopics)
DATELINE_CALL(catalog, CatalogService, catalog, GetPinnedArticles)
DATELINE_CALL(catalog, CatalogService, catalog, SetPinnedArticles)
DATELINE_CALL(catalog, CatalogService, catalog, CreateAuthor)
DATELINE_CALL(catalog, CatalogService, catalog, GetAuthor)
DATELINE_CALL(catalog, CatalogService, catalog, ListAuthors)
DATELINE_CALL(catalog, CatalogService, catalog, UpdateAuthor)
DATELINE_CALL(catalog, CatalogService, catalog, DeleteAuthor)
DATELINE_CALL(catalog, CatalogService, catalog, MergeAuthors)
DATELINE_CALL(catalog, WebhookService, webhooks, CreateWebhook)
DATELINE_CALL(catalog, WebhookService, webhooks, ListWebhooks)
DATELINE_CALL(catalog, WebhookService, webhooks, UpdateWebhook)
DATELINE_CALL(catalog, WebhookService, webhooks, DeleteWebhook)
DATELINE_CALL(catalog, WebhookService, webhooks, ReplayWebhook)
DATELINE_CALL(catalog, WebhookService, webhooks, ListDeliveries)
DATELINE_CALL(catalog, CatalogService, catalog, GetPublication)
DATELINE_CALL(ingestion, IngestionService, ingestion, GetStatus)
DATELINE_CALL(ingestion, IngestionService, ingestion, CreateSource)
DATELINE_CALL(ingestion, IngestionService, ingestion, GetSource)
DATELINE_CALL(ingestion, IngestionService, ingestion, ListSources)
DATELINE_CALL(ingestion, IngestionService, ingestion, PauseSource)
DATELINE_CALL(ingestion, IngestionService, ingestion, ResumeSource)
DATELINE_CALL(ingestion, IngestionService, ingestion, PollSource)
DATELINE_CALL(ingestion, IngestionService, ingestion, DiscoverFeeds)
DATELINE_CALL(ingestion, IngestionService, ingestion, IngestDocument)
DATELINE_CALL(ingestion, IngestionService, ingestion, ListTopicProposals)
DATELINE_CALL(query, QueryService, query, GetStatus)
DATELINE_CALL(query, QueryService, query, GetTopicPage)
DATELINE_CALL(query, QueryService, query, GetArticle)
DATELINE_CALL(query, QueryService, query, RenderFeed)
DATELINE_CALL(query, QueryService, query, ListMostRead)
DATELINE_CALL(query, QueryService, query, SearchArticles)
DATELINE_CALL(query, QueryService, query, ListRelatedArticles)
DATELINE_CALL(query, QueryService, query, SuggestTopics)
DATELINE_CALL(query, QueryService, query, SyncArticles)
DATELINE_CALL(query, QueryService, query, ExplainListing)

#undef DATELINE_CALL

absl::StatusOr<google::longrunning::Operation> Clients::Call(
    const ingestion::v1::RetagArticlesRequest& request) {
  return CallOne<google::longrunning::Operation>(
      *stubs_->ingestion, &ingestion::v1::IngestionService::Stub::RetagArticles, stubs_->timeout,
      request);
}

absl::StatusOr<google::longrunning::Operation> Clients::Call(
    const google::longrunning::WaitOperationRequest& request) {
  return CallOne<google::longrunning::Operation>(
      *stubs_->operations, &google::longrunning::Operations::Stub::WaitOperation, stubs_->timeout,
      request);
}

}  // namespace dateline::cli
