#ifndef DATELINE_SERVICES_CATALOG_WEBHOOKS_EVENTS_H_
#define DATELINE_SERVICES_CATALOG_WEBHOOKS_EVENTS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/catalog/store/webhooks/webhook_queue.h"

// What a webhook is told of. Pure.
namespace dateline::catalog::webhooks {

// The most events of one call, as the contract says.
inline constexpr int kMaxEvents = 100;

// Whether readers see the article at `time`, as far as time alone decides from now on, and it is
// one that the webhook's filter asks for.
bool IsVisibleAt(const store::WebhookArticle& article, absl::Time time);

// What is told of changes and, behind them, of instants: without events if it is nothing. A webhook
// that does not include what is hidden hears of an article as readers know it at `changes.now`: one
// that they see; or once, that it became hidden, if it was seen before. One with a filter hears of
// what matches it; and once of what does so no more, if it was told of it. `instants` are those up
// to `changes.now` if the log was read to its end; `more_instants` says that they are not all.
store::WebhookBatch MakeBatch(const store::IdleWebhook& webhook,
                              const store::ArticleChanges& changes,
                              const std::vector<store::ArticleInstant>& instants,
                              bool more_instants, const std::string& delivery_id);

}  // namespace dateline::catalog::webhooks

#endif  // DATELINE_SERVICES_CATALOG_WEBHOOKS_EVENTS_H_
