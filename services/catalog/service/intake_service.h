#ifndef DATELINE_SERVICES_CATALOG_SERVICE_INTAKE_SERVICE_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_INTAKE_SERVICE_H_

#include "common/rpc/runtime.h"
#include "dateline/catalog/v1/intake_service.grpc.pb.h"
#include "services/catalog/service/article_handlers.h"
#include "services/catalog/service/topic_handlers.h"
#include "services/catalog/service/unary_service.h"

namespace dateline::catalog::service {

// The gRPC shell around what ingestion delivers. Everything that it is given must outlive it, and
// its calls.
class IntakeService final : public v1::IntakeService::CallbackService {
 public:
  IntakeService(ArticleHandlers& articles, TopicHandlers& topics, rpc::Runtime& runtime)
      : articles_(articles), topics_(topics), runtime_(runtime) {}

  DATELINE_UNARY_FORWARD(EnsureTopics, topics_)
  DATELINE_UNARY_FORWARD(BatchUpsertArticles, articles_)
  DATELINE_UNARY_FORWARD(BatchAddArticleTopics, articles_)

 private:
  ArticleHandlers& articles_;
  TopicHandlers& topics_;
  rpc::Runtime& runtime_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_INTAKE_SERVICE_H_
