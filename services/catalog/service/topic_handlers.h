#ifndef DATELINE_SERVICES_CATALOG_SERVICE_TOPIC_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_TOPIC_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/catalog/v1/topics.pb.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/topics/topic_store.h"

namespace dateline::catalog::service {

// What the catalog does for topics, whatever the transport. Requests have been held to the
// contract's rules; what these leave open is checked here. Errors are those that the contract
// names. Thread-safe. Store and codec must outlive it.
class TopicHandlers {
 public:
  TopicHandlers(store::TopicStore& topics, store::ArticleStore& articles,
                const tokens::PageTokenCodec& codec)
      : topics_(topics), articles_(articles), codec_(codec) {}

  absl::Status CreateTopic(const RequestContext& context, const v1::CreateTopicRequest& request,
                           v1::CreateTopicResponse* response);
  // As it is stored; who is no previewer is not told of proposed and deleted ones.
  absl::Status GetTopic(const RequestContext& context, const v1::GetTopicRequest& request,
                        v1::GetTopicResponse* response);
  absl::Status ListTopics(const RequestContext& context, const v1::ListTopicsRequest& request,
                          v1::ListTopicsResponse* response);
  absl::Status UpdateTopic(const RequestContext& context, const v1::UpdateTopicRequest& request,
                           v1::UpdateTopicResponse* response);
  absl::Status AcceptTopic(const RequestContext& context, const v1::AcceptTopicRequest& request,
                           v1::AcceptTopicResponse* response);
  absl::Status DismissTopic(const RequestContext& context, const v1::DismissTopicRequest& request,
                            v1::DismissTopicResponse* response);
  absl::Status DeleteTopic(const RequestContext& context, const v1::DeleteTopicRequest& request,
                           v1::DeleteTopicResponse* response);
  absl::Status MergeTopics(const RequestContext& context, const v1::MergeTopicsRequest& request,
                           v1::MergeTopicsResponse* response);
  absl::Status GetPinnedArticles(const RequestContext& context,
                                 const v1::GetPinnedArticlesRequest& request,
                                 v1::GetPinnedArticlesResponse* response);
  absl::Status SetPinnedArticles(const RequestContext& context,
                                 const v1::SetPinnedArticlesRequest& request,
                                 v1::SetPinnedArticlesResponse* response);
  absl::Status EnsureTopics(const RequestContext& context, const v1::EnsureTopicsRequest& request,
                            v1::EnsureTopicsResponse* response);

 private:
  // Takes a topic that was deleted off the articles that carry it; the position to answer.
  absl::StatusOr<content::v1::LogPosition> TakeOffArticles(
      const RequestContext& context, const store::Written<content::v1::Topic>& deleted);

  store::TopicStore& topics_;
  store::ArticleStore& articles_;
  const tokens::PageTokenCodec& codec_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_TOPIC_HANDLERS_H_
