#ifndef DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_POSTGRES_WEBHOOK_FILTER_H_
#define DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_POSTGRES_WEBHOOK_FILTER_H_

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/filter/article_match.h"

namespace dateline::catalog::store {

// Whether a filter can be given to a webhook; an empty one can. INVALID_FIELD, naming
// `webhook.filter` and the column, also for a topic, author or publication that does not exist.
absl::Status CheckWebhookFilter(pqxx::transaction_base& transaction, const std::string& text);

// The matcher of a webhook's filter, as topics and authors are now; nothing for an empty filter. A
// name that does not exist any more means nothing, so no article has it.
absl::StatusOr<std::optional<filter::ArticleMatcher>> StoredMatcher(
    pqxx::transaction_base& transaction, const std::string& text);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_POSTGRES_WEBHOOK_FILTER_H_
