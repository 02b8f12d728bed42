#ifndef DATELINE_SERVICES_CATALOG_SERVICE_CATALOG_SERVICE_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_CATALOG_SERVICE_H_

#include "common/rpc/runtime.h"
#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "services/catalog/service/article_edit_handlers.h"
#include "services/catalog/service/article_handlers.h"
#include "services/catalog/service/audit_handlers.h"
#include "services/catalog/service/author_handlers.h"
#include "services/catalog/service/publication_handlers.h"
#include "services/catalog/service/status_handlers.h"
#include "services/catalog/service/topic_handlers.h"
#include "services/catalog/service/unary_service.h"

namespace dateline::catalog::service {

// The gRPC shell around what editors use: one line a method. Everything that it is given must
// outlive it, and its calls.
class CatalogService final : public v1::CatalogService::CallbackService {
 public:
  CatalogService(ArticleHandlers& articles, ArticleEditHandlers& edits, TopicHandlers& topics,
                 AuthorHandlers& authors, PublicationHandlers& publications, AuditHandlers& audit,
                 StatusHandlers& status, rpc::Runtime& runtime)
      : articles_(articles),
        edits_(edits),
        topics_(topics),
        authors_(authors),
        publications_(publications),
        audit_(audit),
        status_(status),
        runtime_(runtime) {}

  DATELINE_UNARY_FORWARD(GetArticle, articles_)
  DATELINE_UNARY_FORWARD(BatchGetArticles, articles_)
  DATELINE_UNARY_FORWARD(ResolvePath, articles_)
  DATELINE_UNARY_FORWARD(ListArticles, articles_)
  DATELINE_UNARY_FORWARD(ListArticleRevisions, articles_)
  DATELINE_UNARY_FORWARD(GetArticleRevision, articles_)
  DATELINE_UNARY_FORWARD(CreateArticle, edits_)
  DATELINE_UNARY_FORWARD(UpdateArticle, edits_)
  DATELINE_UNARY_FORWARD(BatchUpdateArticles, edits_)
  DATELINE_UNARY_FORWARD(DeleteArticle, edits_)
  DATELINE_UNARY_FORWARD(UndeleteArticle, edits_)
  DATELINE_UNARY_FORWARD(PublishArticle, edits_)
  DATELINE_UNARY_FORWARD(ScheduleArticle, edits_)
  DATELINE_UNARY_FORWARD(UnscheduleArticle, edits_)
  DATELINE_UNARY_FORWARD(WithdrawArticle, edits_)
  DATELINE_UNARY_FORWARD(TakeDownArticle, edits_)
  DATELINE_UNARY_FORWARD(AcceptFeedProposal, edits_)
  DATELINE_UNARY_FORWARD(DismissFeedProposal, edits_)
  DATELINE_UNARY_FORWARD(RollbackArticle, edits_)
  DATELINE_UNARY_FORWARD(ListClusterMembers, articles_)
  DATELINE_UNARY_FORWARD(JoinClusters, edits_)
  DATELINE_UNARY_FORWARD(SplitCluster, edits_)
  DATELINE_UNARY_FORWARD(CreateTopic, topics_)
  DATELINE_UNARY_FORWARD(GetTopic, topics_)
  DATELINE_UNARY_FORWARD(ListTopics, topics_)
  DATELINE_UNARY_FORWARD(UpdateTopic, topics_)
  DATELINE_UNARY_FORWARD(AcceptTopic, topics_)
  DATELINE_UNARY_FORWARD(DismissTopic, topics_)
  DATELINE_UNARY_FORWARD(DeleteTopic, topics_)
  DATELINE_UNARY_FORWARD(MergeTopics, topics_)
  DATELINE_UNARY_FORWARD(GetPinnedArticles, topics_)
  DATELINE_UNARY_FORWARD(SetPinnedArticles, topics_)
  DATELINE_UNARY_FORWARD(CreateAuthor, authors_)
  DATELINE_UNARY_FORWARD(GetAuthor, authors_)
  DATELINE_UNARY_FORWARD(ListAuthors, authors_)
  DATELINE_UNARY_FORWARD(UpdateAuthor, authors_)
  DATELINE_UNARY_FORWARD(DeleteAuthor, authors_)
  DATELINE_UNARY_FORWARD(MergeAuthors, authors_)
  DATELINE_UNARY_FORWARD(CreatePublication, publications_)
  DATELINE_UNARY_FORWARD(GetPublication, publications_)
  DATELINE_UNARY_FORWARD(ListPublications, publications_)
  DATELINE_UNARY_FORWARD(UpdatePublication, publications_)
  DATELINE_UNARY_FORWARD(DeletePublication, publications_)
  DATELINE_UNARY_FORWARD(ListAuditEntries, audit_)
  DATELINE_UNARY_FORWARD(GetStatus, status_)

 private:
  ArticleHandlers& articles_;
  ArticleEditHandlers& edits_;
  TopicHandlers& topics_;
  AuthorHandlers& authors_;
  PublicationHandlers& publications_;
  AuditHandlers& audit_;
  StatusHandlers& status_;
  rpc::Runtime& runtime_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_CATALOG_SERVICE_H_
