#ifndef DATELINE_SERVICES_CATALOG_SERVICE_INTAKE_SERVICE_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_INTAKE_SERVICE_H_

#include "common/rpc/runtime.h"
#include "dateline/catalog/v1/intake_service.grpc.pb.h"
#include "services/catalog/service/intake_handlers.h"
#include "services/catalog/service/unary_service.h"

namespace dateline::catalog::service {

// The gRPC shell around what ingestion delivers. Everything that it is given must outlive it, and
// its calls.
class IntakeService final : public v1::IntakeService::CallbackService {
 public:
  IntakeService(IntakeHandlers& handlers, rpc::Runtime& runtime)
      : handlers_(handlers), runtime_(runtime) {}

  DATELINE_UNARY_FORWARD(EnsureTopics, handlers_)
  DATELINE_UNARY_FORWARD(BatchUpsertArticles, handlers_)
  DATELINE_UNARY_FORWARD(BatchAddArticleTopics, handlers_)

 private:
  IntakeHandlers& handlers_;
  rpc::Runtime& runtime_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_INTAKE_SERVICE_H_
