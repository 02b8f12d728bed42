#ifndef DATELINE_SERVICES_CATALOG_SERVICE_INTAKE_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_INTAKE_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/topics/topic_store.h"

namespace dateline::catalog::service {

// What the catalog does for ingestion, whatever the transport. Requests have been held to the
// contract's rules. Errors are those that intake_service.proto names. Thread-safe. Stores must
// outlive it.
class IntakeHandlers {
 public:
  IntakeHandlers(store::ArticleStore& articles, store::TopicStore& topics)
      : articles_(articles), topics_(topics) {}

  absl::Status EnsureTopics(const RequestContext& context, const v1::EnsureTopicsRequest& request,
                            v1::EnsureTopicsResponse* response);
  absl::Status BatchUpsertArticles(const RequestContext& context,
                                   const v1::BatchUpsertArticlesRequest& request,
                                   v1::BatchUpsertArticlesResponse* response);
  absl::Status BatchAddArticleTopics(const RequestContext& context,
                                     const v1::BatchAddArticleTopicsRequest& request,
                                     v1::BatchAddArticleTopicsResponse* response);

 private:
  store::ArticleStore& articles_;
  store::TopicStore& topics_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_INTAKE_HANDLERS_H_
