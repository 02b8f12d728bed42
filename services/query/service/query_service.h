#ifndef DATELINE_SERVICES_QUERY_SERVICE_QUERY_SERVICE_H_
#define DATELINE_SERVICES_QUERY_SERVICE_QUERY_SERVICE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/executor.h"
#include "common/rpc/runtime.h"
#include "common/rpc/stream/registry.h"
#include "common/rpc/unary.h"
#include "common/tokens/page_token.h"
#include "dateline/query/v1/query_service.grpc.pb.h"
#include "services/query/follow/follower.h"
#include "services/query/replica/replica.h"
#include "services/query/search/indexer.h"
#include "services/query/service/article_handlers.h"
#include "services/query/service/explain_handlers.h"
#include "services/query/service/hot_lists.h"
#include "services/query/service/list_handlers.h"
#include "services/query/service/read_service.h"
#include "services/query/service/reads_handlers.h"
#include "services/query/service/render_handlers.h"
#include "services/query/service/search_handlers.h"
#include "services/query/service/suggest_handlers.h"
#include "services/query/service/vocabulary_handlers.h"
#include "services/query/watch/hub.h"
#include "services/query/watch/sync_handlers.h"

namespace dateline::query::service {

// Lists are raw methods: request and response are bytes, so that cards go out as they are stored.
using QueryServiceBase = v1::QueryService::WithRawCallbackMethod_ListArticles<
    v1::QueryService::WithRawCallbackMethod_GetTopicPage<v1::QueryService::CallbackService>>;

// What a server has beside its copy.
struct QueryParts {
  std::string feed_hub = {};      // Address of the hub that rendered feeds name; empty for none.
  reads::Reads* reads = nullptr;  // Counts of reads; null without a database.
  std::function<search::IndexerStatus()> search_status = nullptr;  // Null without an index.
  search::Searcher* searcher = nullptr;   // Null: searches answer NOT_READY.
  size_t hot_page_bytes = kHotPageBytes;  // What kept pages of lists may take; 0: none is kept.
};

// The gRPC shell. Reads run on gRPC's own threads, as they only touch memory; a call that waits for
// a position is parked without a thread. Thread-safe.
class QueryService final : public QueryServiceBase {
 public:
  // `status` tells how the follower is. All must outlive it.
  QueryService(replica::Replica& replica, const tokens::PageTokenCodec& page_tokens,
               rpc::Runtime& runtime, std::function<follow::FollowerStatus()> status,
               std::string version, QueryParts parts = {});

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
  grpc::ServerUnaryReactor* GetTopic(grpc::CallbackServerContext* context,
                                     const v1::GetTopicRequest* request,
                                     v1::GetTopicResponse* response) override;
  grpc::ServerUnaryReactor* ListTopics(grpc::CallbackServerContext* context,
                                       const v1::ListTopicsRequest* request,
                                       v1::ListTopicsResponse* response) override;
  grpc::ServerUnaryReactor* GetAuthor(grpc::CallbackServerContext* context,
                                      const v1::GetAuthorRequest* request,
                                      v1::GetAuthorResponse* response) override;
  grpc::ServerUnaryReactor* ListAuthors(grpc::CallbackServerContext* context,
                                        const v1::ListAuthorsRequest* request,
                                        v1::ListAuthorsResponse* response) override;
  grpc::ServerUnaryReactor* GetPublication(grpc::CallbackServerContext* context,
                                           const v1::GetPublicationRequest* request,
                                           v1::GetPublicationResponse* response) override;
  grpc::ServerUnaryReactor* ListPublications(grpc::CallbackServerContext* context,
                                             const v1::ListPublicationsRequest* request,
                                             v1::ListPublicationsResponse* response) override;
  grpc::ServerUnaryReactor* SuggestTopics(grpc::CallbackServerContext* context,
                                          const v1::SuggestTopicsRequest* request,
                                          v1::SuggestTopicsResponse* response) override;
  grpc::ServerUnaryReactor* SearchArticles(grpc::CallbackServerContext* context,
                                           const v1::SearchArticlesRequest* request,
                                           v1::SearchArticlesResponse* response) override;
  grpc::ServerUnaryReactor* ListRelatedArticles(grpc::CallbackServerContext* context,
                                                const v1::ListRelatedArticlesRequest* request,
                                                v1::ListRelatedArticlesResponse* response) override;
  grpc::ServerUnaryReactor* ListMostRead(grpc::CallbackServerContext* context,
                                         const v1::ListMostReadRequest* request,
                                         v1::ListMostReadResponse* response) override;
  grpc::ServerUnaryReactor* ReportReads(grpc::CallbackServerContext* context,
                                        const v1::ReportReadsRequest* request,
                                        v1::ReportReadsResponse* response) override;
  grpc::ServerUnaryReactor* RenderFeed(grpc::CallbackServerContext* context,
                                       const v1::RenderFeedRequest* request,
                                       v1::RenderFeedResponse* response) override;
  grpc::ServerUnaryReactor* ExplainListing(grpc::CallbackServerContext* context,
                                           const v1::ExplainListingRequest* request,
                                           v1::ExplainListingResponse* response) override;
  // In watch_methods.cc.
  grpc::ServerWriteReactor<v1::WatchArticlesResponse>* WatchArticles(
      grpc::CallbackServerContext* context, const v1::WatchArticlesRequest* request) override;
  grpc::ServerUnaryReactor* SyncArticles(grpc::CallbackServerContext* context,
                                         const v1::SyncArticlesRequest* request,
                                         v1::SyncArticlesResponse* response) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;

  // Ends the open watches, and takes no new ones: the server goes down.
  void EndWatches() { watches_.open.EndAll(); }

  // How many pages of lists came from memory, and how many were made.
  const HotLists& hot_lists() const { return hot_lists_; }

 private:
  // The open watches and what moves them.
  struct Watches {
    static constexpr size_t kMaxOpen = 16'384;
    static constexpr int kThreads = 2;

    explicit Watches(replica::Replica& replica) : hub(replica) {}

    watch::Hub hub;
    rpc::StreamRegistry open{kMaxOpen};
    // One step of each may wait; those that ended are still counted for a moment.
    BoundedExecutor executor{kThreads, 2 * kMaxOpen};
  };

  template <typename Request, typename Response, typename Handle>
  grpc::ServerUnaryReactor* ServeRaw(grpc::CallbackServerContext* context, rpc::MethodStats& stats,
                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                     Handle handle);

  replica::Replica& replica_;
  rpc::Runtime& runtime_;
  const ListHandlers lists_;
  HotLists hot_lists_;
  const ArticleHandlers articles_;
  const VocabularyHandlers vocabulary_;
  const SuggestHandlers suggest_;
  const ExplainHandlers explain_;
  const RenderHandlers render_;
  const SearchHandlers search_;
  const ReadsHandlers most_read_;
  const watch::SyncHandlers sync_;
  Watches watches_;
  ReadService reads_;
  const std::function<follow::FollowerStatus()> status_;
  const std::function<search::IndexerStatus()> search_status_;
  const std::string version_;
  const absl::Duration start_;
  rpc::MethodStats& list_stats_;
  rpc::MethodStats& page_stats_;
  rpc::MethodStats& article_stats_;
  rpc::MethodStats& batch_stats_;
  rpc::MethodStats& path_stats_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_QUERY_SERVICE_H_
