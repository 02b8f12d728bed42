#include "services/ingestion/service/ingestion_service.h"

#include <utility>

#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/rpc/raw_bidi.h"
#include "services/ingestion/discover/discover.h"
#include "services/ingestion/poll/poll.h"
#include "services/ingestion/service/request_checks.h"

namespace dateline::ingestion::service {

IngestionService::IngestionService(store::SourceStore& store, deliver::CatalogPort& catalog,
                                   deliver::TopicDirectory& topics, http::HttpClient& http,
                                   RetagHandlers& retag, const tokens::PageTokenCodec& page_tokens,
                                   rpc::Runtime& runtime, rpc::Runtime& fetching,
                                   std::string version, PollingOptions polling)
    : store_(store),
      catalog_(catalog),
      topics_(topics),
      http_(http),
      retag_(retag),
      runtime_(runtime),
      fetching_(fetching),
      sources_(store, catalog, page_tokens, polling.secrets),
      documents_(store, catalog, topics, runtime.clock()),
      bulk_(store, catalog, topics),
      streams_(bulk_, runtime),
      version_(std::move(version)),
      polling_(std::move(polling)),
      start_(runtime.clock()->Elapsed()) {
  MarkMethodRawCallback(rpc::MethodIndex("dateline.ingestion.v1.IngestionService.IngestArticles"),
                        rpc::RawBidiHandler([this](grpc::CallbackServerContext* context) {
                          return streams_.Serve(context);
                        }));
}

// A method whose handler has the same name.
#define DATELINE_DELEGATE(Method, handlers) \
  DATELINE_DELEGATE_TO(Method, v1::Method##Response, handlers)
#define DATELINE_DELEGATE_TO(Method, Response, handlers)                                   \
  grpc::ServerUnaryReactor* IngestionService::Method(grpc::CallbackServerContext* context, \
                                                     const v1::Method##Request* request,   \
                                                     Response* response) {                 \
    return rpc::RunUnary(                                                                  \
        context, runtime_, #Method,                                                        \
        [this, request, response](const RequestContext& call) {                            \
          return handlers.Method(call, *request, response);                                \
        },                                                                                 \
        response);                                                                         \
  }

DATELINE_DELEGATE(CreateSource, sources_)
DATELINE_DELEGATE(GetSource, sources_)
DATELINE_DELEGATE(ListSources, sources_)
DATELINE_DELEGATE(UpdateSource, sources_)
DATELINE_DELEGATE(DeleteSource, sources_)
DATELINE_DELEGATE(PauseSource, sources_)
DATELINE_DELEGATE(ResumeSource, sources_)
DATELINE_DELEGATE(ListFetches, sources_)
DATELINE_DELEGATE(ListRejects, sources_)
DATELINE_DELEGATE(IngestDocument, documents_)
DATELINE_DELEGATE(RetryReject, documents_)
DATELINE_DELEGATE(InspectDocument, documents_)
DATELINE_DELEGATE_TO(RetagArticles, google::longrunning::Operation, retag_)
DATELINE_DELEGATE(ListTopicProposals, retag_)

#undef DATELINE_DELEGATE_TO
#undef DATELINE_DELEGATE

grpc::ServerUnaryReactor* IngestionService::PollSource(grpc::CallbackServerContext* context,
                                                       const v1::PollSourceRequest* request,
                                                       v1::PollSourceResponse* response) {
  return rpc::RunUnary(
      context, fetching_, "PollSource",
      [this, request, response](const RequestContext& call) -> absl::Status {
        poll::Dependencies dependencies{store_, catalog_, topics_, http_, runtime_.clock()};
        dependencies.leases = polling_.leases;
        dependencies.metrics = polling_.metrics;
        dependencies.follows_hubs = polling_.follows_hubs;
        dependencies.secrets = polling_.secrets;
        DATELINE_ASSIGN_OR_RETURN(*response, poll::Poll(call, dependencies, *request));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* IngestionService::DiscoverFeeds(grpc::CallbackServerContext* context,
                                                          const v1::DiscoverFeedsRequest* request,
                                                          v1::DiscoverFeedsResponse* response) {
  return rpc::RunUnary(
      context, fetching_, "DiscoverFeeds",
      [this, request, response](const RequestContext& call) -> absl::Status {
        DATELINE_RETURN_IF_ERROR(CheckAddress("url", request->url()));
        DATELINE_ASSIGN_OR_RETURN(
            *response, discover::DiscoverFeeds(call, http_, runtime_.clock(), request->url()));
        return absl::OkStatus();
      });
}

absl::Status IngestionService::FillStatus(const RequestContext& context,
                                          v1::GetStatusResponse* response) {
  response->set_version(version_);
  *response->mutable_uptime() = DurationToProto(runtime_.clock()->Elapsed() - start_);
  response->set_catalog_reachable(catalog_.Ping(context).ok());
  const auto counts = store_.Count(context.WithTimeout(absl::Seconds(2)));
  response->set_database_reachable(counts.ok());
  if (!counts.ok()) return absl::OkStatus();
  response->set_sources(counts->polled);
  response->set_due_sources(counts->due);
  *response->mutable_oldest_due() = DurationToProto(counts->oldest_due);
  response->set_rejects(counts->rejects);
  response->set_dropped_rejects(counts->dropped_rejects);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* IngestionService::GetStatus(grpc::CallbackServerContext* context,
                                                      const v1::GetStatusRequest* /*request*/,
                                                      v1::GetStatusResponse* response) {
  return rpc::RunUnary(
      context, runtime_, "GetStatus",
      [this, response](const RequestContext& call) { return FillStatus(call, response); });
}

}  // namespace dateline::ingestion::service
