#ifndef DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_EDIT_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_EDIT_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/article_lifecycle.pb.h"
#include "dateline/catalog/v1/articles.pb.h"
#include "dateline/catalog/v1/clusters.pb.h"
#include "dateline/catalog/v1/revisions.pb.h"
#include "services/catalog/store/articles/article_store.h"

namespace dateline::catalog::service {

// What editors do with articles, whatever the transport. Requests have been held to the contract's
// rules. Errors are those that the contract names. Thread-safe. The store must outlive it.
class ArticleEditHandlers {
 public:
  explicit ArticleEditHandlers(store::ArticleStore& articles) : articles_(articles) {}

  absl::Status CreateArticle(const RequestContext& context, const v1::CreateArticleRequest& request,
                             v1::CreateArticleResponse* response);
  absl::Status UpdateArticle(const RequestContext& context, const v1::UpdateArticleRequest& request,
                             v1::UpdateArticleResponse* response);
  absl::Status BatchUpdateArticles(const RequestContext& context,
                                   const v1::BatchUpdateArticlesRequest& request,
                                   v1::BatchUpdateArticlesResponse* response);
  absl::Status DeleteArticle(const RequestContext& context, const v1::DeleteArticleRequest& request,
                             v1::DeleteArticleResponse* response);
  absl::Status UndeleteArticle(const RequestContext& context,
                               const v1::UndeleteArticleRequest& request,
                               v1::UndeleteArticleResponse* response);
  absl::Status PublishArticle(const RequestContext& context,
                              const v1::PublishArticleRequest& request,
                              v1::PublishArticleResponse* response);
  absl::Status ScheduleArticle(const RequestContext& context,
                               const v1::ScheduleArticleRequest& request,
                               v1::ScheduleArticleResponse* response);
  absl::Status UnscheduleArticle(const RequestContext& context,
                                 const v1::UnscheduleArticleRequest& request,
                                 v1::UnscheduleArticleResponse* response);
  absl::Status WithdrawArticle(const RequestContext& context,
                               const v1::WithdrawArticleRequest& request,
                               v1::WithdrawArticleResponse* response);
  absl::Status TakeDownArticle(const RequestContext& context,
                               const v1::TakeDownArticleRequest& request,
                               v1::TakeDownArticleResponse* response);
  absl::Status AcceptFeedProposal(const RequestContext& context,
                                  const v1::AcceptFeedProposalRequest& request,
                                  v1::AcceptFeedProposalResponse* response);
  absl::Status DismissFeedProposal(const RequestContext& context,
                                   const v1::DismissFeedProposalRequest& request,
                                   v1::DismissFeedProposalResponse* response);
  absl::Status RollbackArticle(const RequestContext& context,
                               const v1::RollbackArticleRequest& request,
                               v1::RollbackArticleResponse* response);
  absl::Status JoinClusters(const RequestContext& context, const v1::JoinClustersRequest& request,
                            v1::JoinClustersResponse* response);
  absl::Status SplitCluster(const RequestContext& context, const v1::SplitClusterRequest& request,
                            v1::SplitClusterResponse* response);

 private:
  store::ArticleStore& articles_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_EDIT_HANDLERS_H_
