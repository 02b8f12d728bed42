#ifndef DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_POSTGRES_WEBHOOK_ROWS_H_
#define DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_POSTGRES_WEBHOOK_ROWS_H_

#include <pqxx/pqxx>
#include <string>

#include "services/catalog/store/postgres_resources.h"
#include "services/catalog/store/webhooks/webhook_store.h"

// What the store of webhooks and their queue both do with rows.
namespace dateline::catalog::store {

// Where webhooks are kept.
inline constexpr ResourceTable kWebhookTable = {v1::RESOURCE_KIND_UNSPECIFIED, kWebhooks,
                                                "webhook"};

// Writes a locked webhook as its next version; the secret only if the message has one, which it
// then loses. INVALID_FIELD if too large.
absl::Status StoreWebhook(pqxx::transaction_base& transaction, const LogContext& log,
                          LockedResource<v1::Webhook>* webhook);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_POSTGRES_WEBHOOK_ROWS_H_
