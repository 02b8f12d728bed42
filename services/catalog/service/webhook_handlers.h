#ifndef DATELINE_SERVICES_CATALOG_SERVICE_WEBHOOK_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_WEBHOOK_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/webhooks.pb.h"
#include "services/catalog/store/webhooks/webhook_store.h"

namespace dateline::catalog::service {

// What the catalog does for webhooks, whatever the transport. Requests have been held to the
// contract's rules; what these leave open is checked here. Errors are those that the contract
// names. Thread-safe. Store and codec must outlive it.
class WebhookHandlers {
 public:
  // `allow_http`: addresses may be http as well as https.
  WebhookHandlers(store::WebhookStore& webhooks, const tokens::PageTokenCodec& codec,
                  bool allow_http)
      : webhooks_(webhooks), codec_(codec), allow_http_(allow_http) {}

  absl::Status CreateWebhook(const RequestContext& context, const v1::CreateWebhookRequest& request,
                             v1::CreateWebhookResponse* response);
  absl::Status GetWebhook(const RequestContext& context, const v1::GetWebhookRequest& request,
                          v1::GetWebhookResponse* response);
  absl::Status ListWebhooks(const RequestContext& context, const v1::ListWebhooksRequest& request,
                            v1::ListWebhooksResponse* response);
  absl::Status UpdateWebhook(const RequestContext& context, const v1::UpdateWebhookRequest& request,
                             v1::UpdateWebhookResponse* response);
  absl::Status DeleteWebhook(const RequestContext& context, const v1::DeleteWebhookRequest& request,
                             v1::DeleteWebhookResponse* response);
  absl::Status ReplayWebhook(const RequestContext& context, const v1::ReplayWebhookRequest& request,
                             v1::ReplayWebhookResponse* response);
  absl::Status ListDeliveries(const RequestContext& context,
                              const v1::ListDeliveriesRequest& request,
                              v1::ListDeliveriesResponse* response);

 private:
  absl::Status Check(const v1::Webhook& webhook) const;

  store::WebhookStore& webhooks_;
  const tokens::PageTokenCodec& codec_;
  const bool allow_http_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_WEBHOOK_HANDLERS_H_
