#include "services/catalog/webhooks/webhook_sender.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "common/position/position.h"
#include "prometheus/counter.h"
#include "services/catalog/webhooks/events.h"

namespace dateline::catalog::webhooks {

using store::IdleWebhook;
using store::WebhookCall;
using store::WebhookCallResult;
using store::WebhookCursor;

namespace {

// The longest rest: webhooks are made and replayed, and leases lost, without news in the log.
constexpr absl::Duration kIdle = absl::Seconds(1);
constexpr absl::Duration kTimeout = absl::Seconds(10);
// How often a cursor with nothing to tell is written: each write moves the log's end.
constexpr absl::Duration kWriteInterval = absl::Seconds(10);
// Above what a call may take.
constexpr absl::Duration kLeaseMargin = absl::Seconds(20);

RequestContext Context() { return RequestContext::Background("webhooks").WithTimeout(kTimeout); }

bool IsSame(const WebhookCursor& a, const WebhookCursor& b) {
  return SameLog(a.position, b.position) && ComparePositions(a.position, b.position) == 0 &&
         a.instant == b.instant && a.instant_key == b.instant_key;
}

bool IsExpired(const absl::Status& status) {
  return error::ReasonOf(status) == errors::v1::ERROR_REASON_POSITION_EXPIRED;
}

}  // namespace

absl::StatusOr<std::unique_ptr<WebhookSender>> WebhookSender::Start(store::WebhookQueue& queue,
                                                                    feed::ChangeFeed& feed,
                                                                    obs::Metrics& metrics,
                                                                    SenderOptions options) {
  std::unique_ptr<WebhookSender> sender(new WebhookSender(queue, feed, metrics, options));
  DATELINE_ASSIGN_OR_RETURN(sender->http_, http::HttpClient::Create(std::move(options.http)));
  WebhookSender* const raw = sender.get();
  {
    MutexLock lock(raw->mutex_);
    raw->worker_ = std::make_unique<Worker>(
        [raw](Worker&) { return raw->Step(); },
        [](absl::string_view what) {
          obs::Log(obs::Level::kError, "calling webhooks threw", {{"error", what}});
        });
  }
  sender->listener_ = feed.AddListener([raw] { raw->Wake(); });
  return sender;
}

WebhookSender::WebhookSender(store::WebhookQueue& queue, feed::ChangeFeed& feed,
                             obs::Metrics& metrics, SenderOptions options)
    : queue_(queue), feed_(feed), metrics_(metrics), options_(std::move(options)) {}

WebhookSender::~WebhookSender() { Stop(); }

void WebhookSender::Stop() {
  Worker* worker = nullptr;
  {
    MutexLock lock(mutex_);
    worker = worker_.get();
  }
  if (worker == nullptr) return;
  feed_.RemoveListener(listener_);
  worker->Stop();
  http_.reset();
  FinishCalls();
}

void WebhookSender::Wake() {
  MutexLock lock(mutex_);
  if (worker_ != nullptr) worker_->Wake();
}

absl::Duration WebhookSender::Step() {
  const absl::Duration now = RealClock()->Elapsed();
  if (now < quiet_until_) return quiet_until_ - now;
  FinishCalls();
  const auto fill = Fill();
  const auto send = Send();
  for (const auto* const part : {&fill, &send}) {
    if (part->ok()) continue;
    obs::Log(obs::Level::kWarning, "webhooks cannot be called",
             {{"error", std::string(part->status().message())}});
    return kIdle;
  }
  const absl::Duration rest = std::min(*fill, *send);
  // Where there are no webhooks, each write is no reason to look for them.
  const bool is_quiet = rest == absl::InfiniteDuration() && pending_.empty();
  if (is_quiet) quiet_until_ = RealClock()->Elapsed() + kIdle;
  return std::clamp(rest, absl::ZeroDuration(), kIdle);
}

absl::StatusOr<absl::Duration> WebhookSender::Fill() {
  DATELINE_ASSIGN_OR_RETURN(auto idle, queue_.ListIdle(Context()));
  if (idle.empty()) {
    interest_.reset();
  } else if (!interest_.has_value()) {
    interest_.emplace(feed_.Want({v1::RESOURCE_KIND_ARTICLE}));
  }
  absl::Duration rest = idle.empty() ? absl::InfiniteDuration() : kIdle;
  for (IdleWebhook& webhook : idle) {
    DATELINE_ASSIGN_OR_RETURN(const absl::Duration one, FillOne(std::move(webhook)));
    rest = std::min(rest, one);
  }
  return rest;
}

absl::StatusOr<absl::Duration> WebhookSender::FillOne(IdleWebhook webhook) {
  const absl::Duration now = RealClock()->Elapsed();
  const auto [entry, is_new] = seen_.try_emplace(webhook.key);
  Seen& seen = entry->second;
  if (is_new || !IsSame(seen.base, webhook.cursor)) {
    seen = {webhook.cursor, webhook.cursor, now, now};
  }
  absl::Duration rest = seen.instant_due - now;
  const auto next = feed_.Next(seen.cursor.position, interest_->kinds());
  absl::Status status = next.status();
  if (status.ok() && (next->behind || next->batch != nullptr || rest <= absl::ZeroDuration())) {
    const auto looked = Look(webhook, &seen);
    status = looked.status();
    if (looked.ok()) rest = *looked;
  }
  if (IsExpired(status)) {
    obs::Log(obs::Level::kWarning, "a webhook is not told of what the log does not hold any more",
             {{"webhook", webhook.name}, {"why", std::string(status.message())}});
    return queue_.Restart(Context(), webhook).ok() ? absl::ZeroDuration() : kIdle;
  }
  if (!status.ok()) return status;
  if (now - seen.written >= kWriteInterval && !IsSame(seen.base, seen.cursor)) {
    seen.written = now;
    DATELINE_RETURN_IF_ERROR(queue_.Advance(Context(), webhook, seen.cursor));
    seen.base = seen.cursor;
  }
  return rest;
}

absl::StatusOr<absl::Duration> WebhookSender::Look(const IdleWebhook& webhook, Seen* seen) {
  IdleWebhook from = webhook;
  from.cursor = seen->cursor;
  DATELINE_ASSIGN_OR_RETURN(const auto changes, queue_.ReadChanges(Context(), from, kMaxEvents));
  std::vector<store::ArticleInstant> instants;
  const int room = kMaxEvents - static_cast<int>(changes.changes.size());
  if (changes.at_head) {
    DATELINE_ASSIGN_OR_RETURN(instants, queue_.ReadInstants(Context(), from, changes.now, room));
  }
  const bool more = instants.size() == static_cast<size_t>(room);
  const store::WebhookBatch batch = MakeBatch(from, changes, instants, more, NewId());
  if (batch.payload.events_size() > 0) {
    // Another process may have been faster; then the webhook is listed anew.
    DATELINE_RETURN_IF_ERROR(queue_.Enqueue(Context(), webhook, batch).status());
    seen->cursor = seen->base;
    return absl::ZeroDuration();
  }
  seen->cursor = batch.after;
  if (!changes.at_head || more) return absl::ZeroDuration();
  DATELINE_ASSIGN_OR_RETURN(const absl::Time next, queue_.NextInstant(Context(), changes.now));
  seen->instant_due = RealClock()->Elapsed() + (next - changes.now);
  return next - changes.now;
}

absl::StatusOr<absl::Duration> WebhookSender::Send() {
  const int room = options_.max_calls - static_cast<int>(pending_.size());
  if (room <= 0) return kIdle;
  DATELINE_ASSIGN_OR_RETURN(const absl::Duration until, queue_.UntilDue(Context()));
  if (until > absl::ZeroDuration()) return until;
  DATELINE_ASSIGN_OR_RETURN(auto calls,
                            queue_.TakeDue(Context(), room, options_.calls.timeout + kLeaseMargin));
  for (WebhookCall& call : calls) Call(std::move(call));
  // Others may be at what is due.
  return calls.empty() ? kIdle : absl::ZeroDuration();
}

void WebhookSender::Call(WebhookCall call) {
  const int64_t lease = call.lease_epoch;
  auto request = MakeRequest(options_.calls, call);
  absl::Status status = request.status();
  pending_[lease] = {std::move(call), RealClock()->Elapsed()};
  const auto answered = [this, lease](absl::StatusOr<http::HttpResponse> answer) {
    {
      MutexLock lock(mutex_);
      answers_.emplace_back(lease, std::move(answer));
    }
    Wake();
  };
  if (status.ok()) status = http_->Fetch(*std::move(request), answered).status();
  if (!status.ok()) answered(status);
}

void WebhookSender::FinishCalls() {
  std::vector<std::pair<int64_t, absl::StatusOr<http::HttpResponse>>> answers;
  {
    MutexLock lock(mutex_);
    answers.swap(answers_);
  }
  for (const auto& [lease, answer] : answers) {
    const auto pending = pending_.find(lease);
    if (pending == pending_.end()) continue;
    const WebhookCall call = std::move(pending->second.call);
    const absl::Duration duration = RealClock()->Elapsed() - pending->second.start;
    pending_.erase(pending);
    if (absl::IsCancelled(answer.status())) {
      queue_.Release(Context(), call).IgnoreError();  // Else its lease ends by itself.
    } else {
      Finish(call, Judge(options_.calls, call, answer, duration));
    }
  }
}

void WebhookSender::Finish(const WebhookCall& call, const WebhookCallResult& result) {
  const bool is_done = result.then == WebhookCallResult::Then::kDone;
  metrics_
      .Counter("dateline_catalog_webhook_calls_total", "Calls of webhooks, by what came of them",
               {{"outcome", is_done ? "delivered" : "failed"}})
      .Increment();
  if (result.then == WebhookCallResult::Then::kPause) {
    metrics_
        .Counter("dateline_catalog_webhooks_paused_total", "Webhooks paused as their calls fail")
        .Increment();
    obs::Log(obs::Level::kWarning, "a webhook is paused, as its calls fail",
             {{"webhook", call.webhook.name()}, {"error", result.error}});
  }
  if (const absl::Status status = queue_.Finish(Context(), call, result); !status.ok()) {
    // It is called again when its lease ends, with the same id.
    obs::Log(obs::Level::kWarning, "a webhook's call cannot be recorded",
             {{"webhook", call.webhook.name()}, {"error", std::string(status.message())}});
  }
}

}  // namespace dateline::catalog::webhooks
