#ifndef DATELINE_SERVICES_CATALOG_SERVICE_WEBHOOK_SERVICE_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_WEBHOOK_SERVICE_H_

#include "common/rpc/runtime.h"
#include "dateline/catalog/v1/webhook_service.grpc.pb.h"
#include "services/catalog/service/unary_service.h"
#include "services/catalog/service/webhook_handlers.h"

namespace dateline::catalog::service {

// The gRPC shell of webhooks: one line a method. What it is given must outlive it, and its calls.
class WebhookService final : public v1::WebhookService::CallbackService {
 public:
  WebhookService(WebhookHandlers& webhooks, rpc::Runtime& runtime)
      : webhooks_(webhooks), runtime_(runtime) {}

  DATELINE_UNARY_FORWARD(CreateWebhook, webhooks_)
  DATELINE_UNARY_FORWARD(GetWebhook, webhooks_)
  DATELINE_UNARY_FORWARD(ListWebhooks, webhooks_)
  DATELINE_UNARY_FORWARD(UpdateWebhook, webhooks_)
  DATELINE_UNARY_FORWARD(DeleteWebhook, webhooks_)
  DATELINE_UNARY_FORWARD(ReplayWebhook, webhooks_)
  DATELINE_UNARY_FORWARD(ListDeliveries, webhooks_)

 private:
  WebhookHandlers& webhooks_;
  rpc::Runtime& runtime_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_WEBHOOK_SERVICE_H_
