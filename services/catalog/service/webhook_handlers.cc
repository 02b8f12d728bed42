#include "services/catalog/service/webhook_handlers.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "common/api/pages.h"
#include "common/errors/errors.h"
#include "common/http/url.h"
#include "common/position/position.h"
#include "services/catalog/service/request_checks.h"
#include "services/catalog/service/resource_checks.h"
#include "services/catalog/webhooks/signature.h"

namespace dateline::catalog::service {

using store::kWebhooks;
using v1::Webhook;

namespace {

template <typename Response>
absl::Status Answer(store::Written<Webhook>&& written, Response* response) {
  *response->mutable_webhook() = std::move(written.message);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

// What is kept of a request to know it again never comes from a secret.
template <typename Request>
store::WriteOptions OptionsWithoutSecret(absl::string_view method, Request request) {
  request.mutable_webhook()->clear_secret();
  return OptionsOf(method, std::move(request));
}

void SetDefaults(Webhook* webhook) {
  if (webhook->state() == v1::WEBHOOK_STATE_UNSPECIFIED) {
    webhook->set_state(v1::WEBHOOK_STATE_ACTIVE);
  }
}

}  // namespace

absl::Status WebhookHandlers::Check(const Webhook& webhook) const {
  error::FieldViolations violations;
  if (!http::ParseAddress(webhook.url()).has_value()) {
    violations.Add("webhook.url", "must be an address without user name");
  } else if (!allow_http_ && !absl::StartsWithIgnoreCase(webhook.url(), "https://")) {
    violations.Add("webhook.url", "must be https");
  }
  if (!webhook.secret().empty() && !webhooks::KeyOf(webhook.secret()).has_value()) {
    violations.Add("webhook.secret", "must be whsec_ and the base64 of 24 to 64 bytes");
  }
  return violations.ToStatus();
}

absl::Status WebhookHandlers::CreateWebhook(const RequestContext& context,
                                            const v1::CreateWebhookRequest& request,
                                            v1::CreateWebhookResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckNewId("webhook_id", request.webhook_id()));
  DATELINE_RETURN_IF_ERROR(Check(request.webhook()));
  if (request.webhook().secret().empty()) {
    return error::InvalidField("webhook.secret", "must not be empty");
  }
  Webhook webhook = request.webhook();
  webhook.set_name(api::MakeName(kWebhooks, request.webhook_id()));
  webhook.clear_create_time();
  webhook.clear_delivered_position();
  webhook.clear_consecutive_failures();
  SetDefaults(&webhook);
  DATELINE_ASSIGN_OR_RETURN(
      auto written,
      webhooks_.CreateWebhook(context, OptionsWithoutSecret("CreateWebhook", request), webhook));
  return Answer(std::move(written), response);
}

absl::Status WebhookHandlers::GetWebhook(const RequestContext& context,
                                         const v1::GetWebhookRequest& request,
                                         v1::GetWebhookResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      *response->mutable_webhook(),
      webhooks_.GetWebhook(context, api::IdInName(kWebhooks, request.name())));
  return absl::OkStatus();
}

absl::Status WebhookHandlers::ListWebhooks(const RequestContext& context,
                                           const v1::ListWebhooksRequest& request,
                                           v1::ListWebhooksResponse* response) {
  return ListPage(
      codec_, kWebhooks, request,
      [&](const std::string& after, int limit) {
        return webhooks_.ListWebhooks(context, after, limit);
      },
      [&] { return response->add_webhooks(); }, response);
}

absl::Status WebhookHandlers::UpdateWebhook(const RequestContext& context,
                                            const v1::UpdateWebhookRequest& request,
                                            v1::UpdateWebhookResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const std::string id,
                            api::ParseName(kWebhooks, request.webhook().name(), "webhook.name"));
  store::WriteOptions options = OptionsWithoutSecret("UpdateWebhook", request);
  options.etag = request.webhook().etag();
  DATELINE_ASSIGN_OR_RETURN(
      auto written,
      webhooks_.UpdateWebhook(context, options, id, [&](Webhook* stored) -> absl::Status {
        absl::Status applied = ApplyUpdate(request.webhook(), request.update_mask(), stored);
        if (!applied.ok()) return applied;
        SetDefaults(stored);
        return Check(*stored);
      }));
  return Answer(std::move(written), response);
}

absl::Status WebhookHandlers::DeleteWebhook(const RequestContext& context,
                                            const v1::DeleteWebhookRequest& request,
                                            v1::DeleteWebhookResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const auto position,
                            webhooks_.DeleteWebhook(context, OptionsOf("DeleteWebhook", request),
                                                    api::IdInName(kWebhooks, request.name())));
  response->set_position(EncodePosition(position));
  return absl::OkStatus();
}

absl::Status WebhookHandlers::ReplayWebhook(const RequestContext& context,
                                            const v1::ReplayWebhookRequest& request,
                                            v1::ReplayWebhookResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const auto position, DecodePosition(request.position(), "position"));
  DATELINE_ASSIGN_OR_RETURN(
      auto written, webhooks_.ReplayWebhook(context, OptionsOf("ReplayWebhook", request),
                                            api::IdInName(kWebhooks, request.name()), position));
  return Answer(std::move(written), response);
}

absl::Status WebhookHandlers::ListDeliveries(const RequestContext& context,
                                             const v1::ListDeliveriesRequest& request,
                                             v1::ListDeliveriesResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const int64_t before, NumberInToken(codec_, request));
  DATELINE_ASSIGN_OR_RETURN(
      auto page, webhooks_.ListDeliveries(context, api::IdInName(kWebhooks, request.parent()),
                                          before, api::PageSizeOf(request.page_size())));
  if (page.more) response->set_next_page_token(TokenOfNumber(codec_, request, page.last));
  for (auto& delivery : page.deliveries) *response->add_deliveries() = std::move(delivery);
  return absl::OkStatus();
}

}  // namespace dateline::catalog::service
