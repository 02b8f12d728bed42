#include <memory>
#include <utility>

#include "common/rpc/unimplemented.h"
#include "common/rpc/write_stream.h"
#include "services/query/service/query_service.h"
#include "services/query/watch/watcher.h"

namespace dateline::query::service {

grpc::ServerWriteReactor<v1::WatchArticlesResponse>* QueryService::WatchArticles(
    grpc::CallbackServerContext* /*context*/, const v1::WatchArticlesRequest* request) {
  auto created = watch::Watcher::Create(replica_, watches_.hub, *request);
  if (!created.ok())
    return new rpc::FailedWriteReactor<v1::WatchArticlesResponse>(created.status());
  const std::shared_ptr<watch::Watcher> watcher = *std::move(created);
  return rpc::WriteStream<v1::WatchArticlesResponse>::Serve(
      watches_.open, watches_.executor,
      [watcher](const RequestContext& call) { return watcher->Next(call); },
      [watcher](std::function<void()> poke) { return watcher->Subscribe(std::move(poke)); });
}

grpc::ServerUnaryReactor* QueryService::SyncArticles(grpc::CallbackServerContext* context,
                                                     const v1::SyncArticlesRequest* request,
                                                     v1::SyncArticlesResponse* response) {
  // Whole texts of up to 200 articles: more than gRPC's threads have time for.
  return reads_.Serve(
      context, runtime_.StatsOf("SyncArticles"), MinPosition(request->min_position()), response,
      [this, request, response](const RequestContext& call) {
        return sync_.SyncArticles(*request, call, response);
      },
      ReadService::Run::kOnExecutor);
}

}  // namespace dateline::query::service
