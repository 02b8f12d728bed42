#include "services/ingestion/service/bulk_session.h"

#include <algorithm>
#include <utility>

#include "common/base/guard.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "services/ingestion/deliver/delivery.h"

namespace dateline::ingestion::service {
namespace {

constexpr int kPreparedAtOnce = 2;
// One alone leaves processors idle while PostgreSQL makes it durable.
constexpr int kDeliveredAtOnce = 2;
constexpr size_t kItemsBesideDelivery = deliver::kMaxBatchItems / 2;

// As in RunUnary: gRPC knows no exceptions.
absl::Status Failed(absl::string_view what) {
  obs::Log(obs::Level::kError, "a batch threw", {{"error", std::string(what)}});
  return error::Internal("a batch failed");
}

}  // namespace

BulkSession::BulkSession(Work work, BoundedExecutor& executor, Clock* clock, RequestContext context,
                         Transport transport)
    : work_(std::move(work)),
      executor_(executor),
      clock_(clock),
      context_(std::move(context)),
      transport_(std::move(transport)) {}

bool BulkSession::IsFull(const Batch& batch) const {
  return batch.items.size() >= static_cast<size_t>(deliver::kMaxBatchItems) ||
         batch.bytes >= deliver::kMaxBatchBytes / 2;
}

void BulkSession::CloseBatch() {
  if (open_ == nullptr) return;
  closed_.push_back(std::move(open_));
  open_ = nullptr;
  waited_ = false;
}

void BulkSession::Append(v1::IngestArticlesRequest item) {
  if (!item.source().empty()) source_ = item.source();
  if (open_ != nullptr && open_->source != source_) CloseBatch();
  if (open_ == nullptr) {
    open_ = std::make_shared<Batch>();
    open_->source = source_;
  }
  last_received_ = std::max(clock_->Now(), last_received_ + absl::Microseconds(1));
  open_->bytes += item.ByteSizeLong();
  open_->items.push_back({std::move(item), last_received_});
  if (IsFull(*open_)) CloseBatch();
}

void BulkSession::Take(v1::IngestArticlesRequest item) {
  {
    MutexLock lock(mutex_);
    if (ending_.has_value()) return;
    Append(std::move(item));
  }
  Go();
}

void BulkSession::NoMoreItems() {
  {
    MutexLock lock(mutex_);
    no_more_ = true;
    CloseBatch();
  }
  Go();
}

void BulkSession::LingerOver() {
  {
    MutexLock lock(mutex_);
    lingering_ = false;
    waited_ = open_ != nullptr;
  }
  Go();
}

void BulkSession::End(const absl::Status& status) {
  {
    MutexLock lock(mutex_);
    if (!ending_.has_value()) ending_ = status;
  }
  Go();
}

void BulkSession::NextDeliveries(Actions* actions) {
  for (const BatchPtr& batch : closed_) {
    if (batch->delivering || batch->answers.has_value()) continue;
    if (delivering_ == kDeliveredAtOnce || !batch->prepared.has_value()) return;
    batch->delivering = true;
    ++delivering_;
    actions->deliver.push_back(batch);
  }
}

BulkSession::Actions BulkSession::Next() {
  Actions actions;
  if (finished_) return actions;
  // One after the other: acknowledgements keep the order.
  if (!acknowledging_ && !closed_.empty() && closed_.front()->answers.has_value()) {
    acknowledging_ = true;
    actions.acknowledge = closed_.front();
    closed_.pop_front();
  }
  if (ending_.has_value()) {
    if (delivering_ > 0 || acknowledging_) return actions;
    finished_ = true;
    actions.finish = *ending_;
    open_ = nullptr;
    closed_.clear();
    return actions;
  }
  // While earlier batches are on their way this one had better grow: it would only wait for them.
  // But one of some size can be prepared while they are being delivered.
  const bool goes_beside = open_ != nullptr && open_->items.size() >= kItemsBesideDelivery &&
                           std::all_of(closed_.begin(), closed_.end(), [](const BatchPtr& batch) {
                             return batch->delivering || batch->answers.has_value();
                           });
  if (open_ != nullptr && waited_ && (closed_.empty() || goes_beside)) CloseBatch();
  for (const BatchPtr& batch : closed_) {
    if (preparing_ == kPreparedAtOnce) break;
    if (batch->preparing || batch->prepared.has_value()) continue;
    batch->preparing = true;
    ++preparing_;
    actions.prepare.push_back(batch);
  }
  NextDeliveries(&actions);
  if (open_ != nullptr && !waited_ && !lingering_) {
    lingering_ = true;
    actions.start_linger = true;
  }
  if (no_more_ && closed_.empty() && !acknowledging_) {
    finished_ = true;
    actions.finish = absl::OkStatus();
  }
  return actions;
}

void BulkSession::Go() {
  Actions actions;
  {
    MutexLock lock(mutex_);
    actions = Next();
  }
  for (const BatchPtr& batch : actions.prepare) Submit(&BulkSession::Prepare, batch);
  for (const BatchPtr& batch : actions.deliver) Submit(&BulkSession::Deliver, batch);
  if (actions.start_linger) transport_.start_linger(weak_from_this());
  if (actions.finish.has_value()) transport_.finish(*actions.finish);
  if (actions.acknowledge != nullptr) Acknowledge(actions.acknowledge);
}

void BulkSession::Submit(void (BulkSession::*work)(const BatchPtr&), const BatchPtr& batch) {
  const bool taken =
      executor_.TrySubmit([self = shared_from_this(), work, batch] { (self.get()->*work)(batch); });
  if (taken) return;
  if (work == &BulkSession::Deliver) {
    MutexLock lock(mutex_);
    --delivering_;
  }
  End(error::Overloaded());
}

void BulkSession::Prepare(const BatchPtr& batch) {
  absl::StatusOr<PreparedItems> prepared = absl::UnknownError("not run");
  const absl::Status status = RunGuarded(
      [&] {
        prepared = work_.prepare(context_, batch->source, batch->items);
        return prepared.status();
      },
      Failed);
  if (!status.ok()) prepared = status;
  {
    MutexLock lock(mutex_);
    batch->prepared = std::move(prepared);
    batch->items.clear();
    batch->preparing = false;
    --preparing_;
  }
  Go();
}

void BulkSession::Deliver(const BatchPtr& batch) {
  BulkAnswers answers;
  const absl::Status status = RunGuarded(
      [&]() -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(PreparedItems prepared, *std::move(batch->prepared));
        DATELINE_ASSIGN_OR_RETURN(answers, work_.deliver(context_, std::move(prepared)));
        return absl::OkStatus();
      },
      Failed);
  {
    MutexLock lock(mutex_);
    --delivering_;
    batch->delivering = false;
    if (status.ok()) {
      batch->answers = std::move(answers);
    } else if (!ending_.has_value()) {
      // It stays where it is, so that nothing behind it is acknowledged.
      ending_ = status;
    }
  }
  Go();
}

void BulkSession::Acknowledge(const BatchPtr& batch) {
  const absl::Status status = RunGuarded(
      [&] {
        transport_.acknowledge(*std::move(batch->answers), batch->bytes);
        return absl::OkStatus();
      },
      Failed);
  {
    MutexLock lock(mutex_);
    acknowledging_ = false;
    if (!status.ok() && !ending_.has_value()) ending_ = status;
  }
  Go();
}

}  // namespace dateline::ingestion::service
