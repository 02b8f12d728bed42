#ifndef DATELINE_SERVICES_CATALOG_SERVICE_WEBHOOK_SERVICE_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_WEBHOOK_SERVICE_H_

#include "common/rpc/unimplemented.h"
#include "dateline/catalog/v1/webhook_service.grpc.pb.h"

namespace dateline::catalog::service {

// The gRPC shell of webhooks, none of which is built yet: all methods answer UNIMPLEMENTED.
class WebhookService final : public v1::WebhookService::CallbackService {
 public:
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, CreateWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, GetWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ListWebhooks)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, UpdateWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, DeleteWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ReplayWebhook)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ListDeliveries)
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_WEBHOOK_SERVICE_H_
