#ifndef DATELINE_SERVICES_CATALOG_WEBHOOKS_WEBHOOK_SENDER_H_
#define DATELINE_SERVICES_CATALOG_WEBHOOKS_WEBHOOK_SENDER_H_

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/base/worker.h"
#include "common/http/client.h"
#include "common/obs/metrics.h"
#include "services/catalog/feed/change_feed.h"
#include "services/catalog/store/webhooks/webhook_queue.h"
#include "services/catalog/webhooks/calls.h"

namespace dateline::catalog::webhooks {

// How a process calls webhooks.
struct SenderOptions {
  http::HttpClientOptions http;
  CallRules calls;
  int max_calls = 32;  // At once.
};

// Tells webhooks of the changes of articles, and of what becomes visible or hidden by time alone,
// with one thread, together with the other catalog processes: of each webhook the log behind its
// position is its queue, and one call at a time is made, so that the order of the log is kept and
// one that fails holds up nobody else. Thread-safe.
class WebhookSender {
 public:
  // The errors of http::HttpClient::Create. All must outlive the sender.
  static absl::StatusOr<std::unique_ptr<WebhookSender>> Start(store::WebhookQueue& queue,
                                                              feed::ChangeFeed& feed,
                                                              obs::Metrics& metrics,
                                                              SenderOptions options);
  // Stops.
  ~WebhookSender();

  // Ends calls under way, which are made again by another process, or later.
  void Stop();

 private:
  // Up to where a webhook was looked at, since it was listed with `base`.
  struct Seen {
    store::WebhookCursor base;
    store::WebhookCursor cursor;
    absl::Duration instant_due;  // Of Clock::Elapsed: the next instant after the cursor.
    absl::Duration written;      // When the cursor in the database was moved.
  };
  struct Pending {
    store::WebhookCall call;
    absl::Duration start;
  };

  WebhookSender(store::WebhookQueue& queue, feed::ChangeFeed& feed, obs::Metrics& metrics,
                SenderOptions options);

  void Wake() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Duration Step();
  // Each is a part of a step; how long to rest at most.
  absl::StatusOr<absl::Duration> Fill();
  absl::StatusOr<absl::Duration> FillOne(store::IdleWebhook webhook);
  absl::StatusOr<absl::Duration> Look(const store::IdleWebhook& webhook, Seen* seen);
  absl::StatusOr<absl::Duration> Send();
  void Call(store::WebhookCall call);
  void FinishCalls();
  void Finish(const store::WebhookCall& call, const store::WebhookCallResult& result);

  store::WebhookQueue& queue_;
  feed::ChangeFeed& feed_;
  obs::Metrics& metrics_;
  const SenderOptions options_;
  std::unique_ptr<http::HttpClient> http_;
  Mutex mutex_;
  std::vector<std::pair<int64_t, absl::StatusOr<http::HttpResponse>>> answers_
      ABSL_GUARDED_BY(mutex_);
  // Of the worker's thread: by webhook, and calls under way by their leases.
  std::map<int64_t, Seen> seen_;
  std::map<int64_t, Pending> pending_;
  absl::Duration quiet_until_ = -absl::InfiniteDuration();  // There are no webhooks.
  uint64_t listener_ = 0;
  // While a webhook waits for changes; of the worker's thread.
  std::optional<feed::ChangeFeed::Interest> interest_;
  std::unique_ptr<Worker> worker_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::catalog::webhooks

#endif  // DATELINE_SERVICES_CATALOG_WEBHOOKS_WEBHOOK_SENDER_H_
