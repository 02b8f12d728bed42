#ifndef DATELINE_SERVICES_QUERY_SERVICE_QUERY_SERVICE_H_
#define DATELINE_SERVICES_QUERY_SERVICE_QUERY_SERVICE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/rpc/runtime.h"
#include "common/rpc/unary.h"
#include "common/rpc/unimplemented.h"
#include "common/tokens/page_token.h"
#include "dateline/query/v1/query_service.grpc.pb.h"
#include "services/query/follow/follower.h"
#include "services/query/replica/replica.h"
#include "services/query/service/article_handlers.h"
#include "services/query/service/list_handlers.h"

namespace dateline::query::service {

// Lists are raw methods: request and response are bytes, so that cards go out as they are stored.
using QueryServiceBase = v1::QueryService::WithRawCallbackMethod_ListArticles<
    v1::QueryService::WithRawCallbackMethod_GetTopicPage<v1::QueryService::CallbackService>>;

// The gRPC shell. Reads run on gRPC's own threads, as they only touch memory; a call that waits for
// a position is parked without a thread. Thread-safe.
class QueryService final : public QueryServiceBase {
 public:
  // `status` tells how the follower is. All must outlive it.
  QueryService(replica::Replica& replica, const tokens::PageTokenCodec& page_tokens,
               rpc::Runtime& runtime, std::function<follow::FollowerStatus()> status,
               std::string version);

  grpc::ServerUnaryReactor* ListArticles(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetTopicPage(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context,
                                       const v1::GetArticleRequest* request,
                                       v1::GetArticleResponse* response) override;
  grpc::ServerUnaryReactor* BatchGetArticles(grpc::CallbackServerContext* context,
                                             const v1::BatchGetArticlesRequest* request,
                                             v1::BatchGetArticlesResponse* response) override;
  grpc::ServerUnaryReactor* ResolvePath(grpc::CallbackServerContext* context,
                                        const v1::ResolvePathRequest* request,
                                        v1::ResolvePathResponse* response) override;
  grpc::ServerUnaryReactor* GetDigest(grpc::CallbackServerContext* context,
                                      const v1::GetDigestRequest* request,
                                      v1::GetDigestResponse* response) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;

  DATELINE_UNARY_NOT_IMPLEMENTED(v1, SearchArticles)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, SuggestTopics)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ListRelatedArticles)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ListMostRead)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ReportReads)
  DATELINE_STREAM_NOT_IMPLEMENTED(v1, WatchArticles)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, SyncArticles)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, RenderFeed)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ExplainListing)
  DATELINE_STREAM_NOT_IMPLEMENTED(v1, StreamCheckpoint)

 private:
  using Handler = std::function<absl::Status(const RequestContext&)>;

  // Where a handler runs: what only touches a little memory on the thread at hand, what reads much
  // on the executor.
  enum class Run { kHere, kOnExecutor };

  // Answers at once if the replica is at `position` already (or none is asked for), else when it
  // gets there.
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* context, rpc::MethodStats& stats,
                                  absl::StatusOr<std::optional<content::v1::LogPosition>> position,
                                  Handler handler, Run run = Run::kHere);
  grpc::ServerUnaryReactor* ServeWhenReached(grpc::CallbackServerContext* context,
                                             rpc::MethodStats& stats,
                                             const content::v1::LogPosition& position,
                                             Handler handler, Run run);
  // Ends a parked call with what the handler says, on the executor.
  void Submit(const std::shared_ptr<rpc::ParkedCall>& call, const Handler& handler);
  template <typename Request, typename Handle>
  grpc::ServerUnaryReactor* ServeRaw(grpc::CallbackServerContext* context, rpc::MethodStats& stats,
                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                     Handle handle);

  replica::Replica& replica_;
  rpc::Runtime& runtime_;
  const ListHandlers lists_;
  const ArticleHandlers articles_;
  const std::function<follow::FollowerStatus()> status_;
  const std::string version_;
  const absl::Duration start_;
  std::atomic<bool> digesting_{false};  // one at a time: it reads everything
  rpc::MethodStats& list_stats_;
  rpc::MethodStats& page_stats_;
  rpc::MethodStats& article_stats_;
  rpc::MethodStats& batch_stats_;
  rpc::MethodStats& path_stats_;
  rpc::MethodStats& digest_stats_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_QUERY_SERVICE_H_
