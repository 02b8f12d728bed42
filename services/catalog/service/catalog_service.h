#ifndef DATELINE_SERVICES_CATALOG_SERVICE_CATALOG_SERVICE_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_CATALOG_SERVICE_H_

#include <atomic>
#include <map>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "common/base/executor.h"
#include "common/base/mutex.h"
#include "common/rpc/runtime.h"
#include "common/rpc/unimplemented.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "services/catalog/feed/change_feed.h"
#include "services/catalog/service/article_handlers.h"
#include "services/catalog/service/catalog_handlers.h"
#include "services/catalog/service/stream_service.h"

namespace dateline::catalog::service {

// The gRPC shell around the handlers: one line a method. What is not built yet answers
// UNIMPLEMENTED. Everything that it is given must outlive it, and its calls.
class CatalogService final : public v1::CatalogService::CallbackService {
 public:
  // What the service works with.
  struct Parts {
    CatalogHandlers& handlers;
    ArticleHandlers& articles;
    feed::ChangeFeed& feed;
    const tokens::PageTokenCodec& codec;
    rpc::Runtime& runtime;
    BoundedExecutor& streams;  // Runs the steps of the streams; they read from the database.
    std::atomic<int>& open_streams;
    int max_exports;  // Open at once; each holds some answers in memory while its reader is slow.
    int max_streams;  // Of changes, likewise.
  };

  explicit CatalogService(const Parts& parts) : parts_(parts) {}
  ~CatalogService() override;

  // Ends all streams, with UNAVAILABLE, and takes no new ones: the server is going down.
  void EndStreams();

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

#define DATELINE_UNARY(Method)                                          \
  Reactor* Method(Context* context, const v1::Method##Request* request, \
                  v1::Method##Response* response) override
  DATELINE_UNARY(GetArticle);
  DATELINE_UNARY(BatchGetArticles);
  DATELINE_UNARY(BatchUpsertArticles);
  DATELINE_UNARY(BatchAddArticleTopics);
  DATELINE_UNARY(CreateTopic);
  DATELINE_UNARY(GetTopic);
  DATELINE_UNARY(ListTopics);
  DATELINE_UNARY(UpdateTopic);
  DATELINE_UNARY(CreateAuthor);
  DATELINE_UNARY(GetAuthor);
  DATELINE_UNARY(ListAuthors);
  DATELINE_UNARY(CreatePublication);
  DATELINE_UNARY(GetPublication);
  DATELINE_UNARY(ListPublications);
  DATELINE_UNARY(GetStatus);
#undef DATELINE_UNARY

  grpc::ServerWriteReactor<v1::ExportArticlesResponse>* ExportArticles(
      Context* context, const v1::ExportArticlesRequest* request) override;
  grpc::ServerWriteReactor<v1::StreamChangesResponse>* StreamChanges(
      Context* context, const v1::StreamChangesRequest* request) override;

  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ListArticles)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, CreateArticle)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, UpdateArticle)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, BatchUpdateArticles)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, DeleteArticle)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, UndeleteArticle)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, PublishArticle)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ScheduleArticle)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, WithdrawArticle)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, TakeDownArticle)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ListArticleRevisions)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, GetArticleRevision)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, CompareArticleRevisions)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, RollbackArticle)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, DeleteTopic)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, MergeTopics)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, SetPinnedArticles)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, UpdateAuthor)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, DeleteAuthor)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, MergeAuthors)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, UpdatePublication)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, DeletePublication)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ResolvePath)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ReservePath)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, JoinClusters)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, SplitCluster)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, AcknowledgeTakedown)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ListTakedownReceipts)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, CreateWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, GetWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ListWebhooks)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, UpdateWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, DeleteWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, PauseWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ReplayWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ListAuditEntries)

 private:
  enum class StreamKind { kExport, kChanges };
  struct OpenStream {
    StreamKind kind;
    std::function<void(const absl::Status&)> end;
  };

  // Remembers how to end a stream; 0 if no more streams of its kind are taken.
  uint64_t Register(StreamKind kind, std::function<void(const absl::Status&)> end);
  void Forget(uint64_t id);

  const Parts parts_;
  Mutex mutex_;
  CondVar forgotten_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<uint64_t, OpenStream> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_CATALOG_SERVICE_H_
