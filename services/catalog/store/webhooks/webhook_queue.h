#ifndef DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_WEBHOOK_QUEUE_H_
#define DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_WEBHOOK_QUEUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/webhooks.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/content/v1/position.pb.h"
#include "services/catalog/store/store_context.h"

namespace dateline::catalog::store {

// Up to where a webhook was told: of the log, and of what time alone has changed, by instant and,
// since many articles may have the same, key.
struct WebhookCursor {
  content::v1::LogPosition position;
  absl::Time instant;
  int64_t instant_key = 0;
};

// A webhook that may be told of something: active, with nothing in its queue.
struct IdleWebhook {
  int64_t key = 0;
  std::string name;
  bool include_hidden = false;
  std::string filter;  // Of articles; empty for all.
  WebhookCursor cursor;
};

// What decides whether a webhook is told of a revision.
struct WebhookRevision {
  absl::Time publish;  // The times that readers see it by.
  absl::Time embargo = absl::InfinitePast();
  absl::Time expire = absl::InfiniteFuture();
  bool matches = true;  // The webhook's filter.
};

// What a webhook may be told of an article, and what decides whether.
struct WebhookArticle {
  int64_t key = 0;
  std::string name;  // Empty for one that is not in the database any more.
  int64_t version = 0;
  bool is_published = false;
  std::optional<WebhookRevision> live;
  std::optional<WebhookRevision> scheduled;  // In force from schedule_time on.
  bool newest_matches = true;                // The newest revision, which may be a draft.
  absl::Time schedule_time = absl::InfiniteFuture();
  absl::Time first_visible = absl::InfiniteFuture();
  bool told_hidden = false;  // What the webhook knows of it; one with a filter, of the filter too.
};

// A change of an article in the log, and the article as it is now.
struct ArticleChange {
  content::v1::LogPosition position;
  int64_t version = 0;
  v1::ChangeKind kind = v1::CHANGE_KIND_UNSPECIFIED;
  absl::Time at;
  WebhookArticle article;
};

// Changes of articles behind a position.
struct ArticleChanges {
  std::vector<ArticleChange> changes;  // In the log's order.
  content::v1::LogPosition end;        // All up to here was read.
  absl::Time now;                      // The primary's clock.
  bool at_head = false;                // There is no more.
};

// An instant at which time alone may change what readers see of an article.
struct ArticleInstant {
  absl::Time at;
  WebhookArticle article;
};

// What is to be told with one call, and what follows from it.
struct WebhookBatch {
  v1::WebhookPayload payload;
  WebhookCursor after;           // Where the webhook stands once it was told.
  std::vector<int64_t> hidden;   // Articles of which it then knows that they are hidden,
  std::vector<int64_t> visible;  // and that they are not.
};

// A call that this process is to make, and nobody else until its lease ends.
struct WebhookCall {
  int64_t webhook_key = 0;
  int64_t lease_epoch = 0;
  v1::Webhook webhook;  // With its secret.
  v1::WebhookPayload payload;
  int attempt = 1;
  absl::Time now;                           // The primary's clock as the call was given out.
  std::optional<absl::Time> failing_since;  // The first failure since the last success.
};

// How a call went, and what is to be done then.
struct WebhookCallResult {
  enum class Then { kDone, kRetry, kPause };
  Then then = Then::kDone;
  absl::Duration retry_in;
  int http_status = 0;
  absl::Duration duration;
  std::string error;  // Empty after a success.
};

// What webhooks are still to be told, worked off by all processes together. Thread-safe. Every call
// may fail with DATABASE_UNAVAILABLE, OVERLOADED, DEADLINE_EXCEEDED or CANCELLED.
class WebhookQueue {
 public:
  explicit WebhookQueue(StoreContext context) : postgres_(std::move(context)) {}

  // All idle webhooks.
  absl::StatusOr<std::vector<IdleWebhook>> ListIdle(const RequestContext& context);

  // Up to `limit` changes of articles behind the webhook's cursor. POSITION_EXPIRED.
  absl::StatusOr<ArticleChanges> ReadChanges(const RequestContext& context,
                                             const IdleWebhook& webhook, int limit) const;

  // Up to `limit` instants behind the webhook's cursor and up to `until`, by instant and key.
  absl::StatusOr<std::vector<ArticleInstant>> ReadInstants(const RequestContext& context,
                                                           const IdleWebhook& webhook,
                                                           absl::Time until, int limit) const;

  // The first instant after `time`, of any article; InfiniteFuture for none.
  absl::StatusOr<absl::Time> NextInstant(const RequestContext& context, absl::Time time) const;

  // Puts a batch into the queue of a webhook that is still as it was listed; false if it is not.
  absl::StatusOr<bool> Enqueue(const RequestContext& context, const IdleWebhook& webhook,
                               const WebhookBatch& batch);

  // Moves the cursor of a webhook that is still as it was listed to where there is nothing to tell.
  absl::Status Advance(const RequestContext& context, const IdleWebhook& webhook,
                       const WebhookCursor& after);

  // Starts anew at the log's end, since the log does not reach back to the webhook's position; the
  // list of its calls says so.
  absl::Status Restart(const RequestContext& context, const IdleWebhook& webhook);

  // Gives out up to `limit` calls that are due, each for `lease`.
  absl::StatusOr<std::vector<WebhookCall>> TakeDue(const RequestContext& context, int limit,
                                                   absl::Duration lease);

  // How long it is until a call is due that nobody makes yet, by the primary's clock, not above
  // zero if there is one now; InfiniteDuration for none.
  absl::StatusOr<absl::Duration> UntilDue(const RequestContext& context);

  // Records how a call went; nothing if its lease was lost. kPause makes the webhook PAUSED.
  absl::Status Finish(const RequestContext& context, const WebhookCall& call,
                      const WebhookCallResult& result);

  // Gives a call back that was not made.
  absl::Status Release(const RequestContext& context, const WebhookCall& call);

 private:
  const StoreContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_WEBHOOKS_WEBHOOK_QUEUE_H_
