#include "services/ingestion/service/bulk_session.h"

#include <algorithm>
#include <utility>

#include "common/base/guard.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "services/ingestion/deliver/delivery.h"

namespace dateline::ingestion::service {
namespace {

constexpr int kPreparedAtOnce = 2;

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

bool BulkSession::HasRoom() const {
  return items_ahead_ < kMaxItemsAhead && bytes_ahead_ < kMaxBytesAhead;
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
  const size_t bytes = item.ByteSizeLong();
  open_->bytes += bytes;
  bytes_ahead_ += bytes;
  ++items_ahead_;
  open_->items.push_back({std::move(item), last_received_});
  if (IsFull(*open_)) CloseBatch();
}

bool BulkSession::Take(v1::IngestArticlesRequest item) {
  Actions actions;
  bool read_on;
  {
    MutexLock lock(mutex_);
    if (ending_.has_value()) return false;
    Append(std::move(item));
    read_on = HasRoom();
    reading_ = read_on;
    actions = Next();
  }
  Do(std::move(actions));
  return read_on;
}

void BulkSession::NoMoreItems() {
  Actions actions;
  {
    MutexLock lock(mutex_);
    no_more_ = true;
    reading_ = false;
    CloseBatch();
    actions = Next();
  }
  Do(std::move(actions));
}

void BulkSession::LingerOver() {
  Actions actions;
  {
    MutexLock lock(mutex_);
    lingering_ = false;
    waited_ = open_ != nullptr;
    actions = Next();
  }
  Do(std::move(actions));
}

void BulkSession::Written(size_t answers) {
  Actions actions;
  {
    MutexLock lock(mutex_);
    items_ahead_ -= answers;
    actions = Next();
  }
  Do(std::move(actions));
}

void BulkSession::End(const absl::Status& status) {
  Actions actions;
  {
    MutexLock lock(mutex_);
    if (!ending_.has_value()) ending_ = status;
    actions = Next();
  }
  Do(std::move(actions));
}

BulkSession::Actions BulkSession::Next() {
  Actions actions = Find();
  if (actions.delay_finish()) ++doing_;
  return actions;
}

BulkSession::Actions BulkSession::Find() {
  Actions actions;
  if (finished_) return actions;
  if (ending_.has_value()) {
    if (delivering_ || doing_ > 0) return actions;
    finished_ = true;
    actions.finish = *ending_;
    open_ = nullptr;
    closed_.clear();
    return actions;
  }
  // While earlier batches are on their way this one had better grow: it would only wait for them.
  if (open_ != nullptr && waited_ && closed_.empty()) CloseBatch();
  for (const BatchPtr& batch : closed_) {
    if (preparing_ == kPreparedAtOnce) break;
    if (batch->preparing || batch->prepared.has_value()) continue;
    batch->preparing = true;
    ++preparing_;
    actions.prepare.push_back(batch);
  }
  if (!delivering_ && !closed_.empty() && closed_.front()->prepared.has_value()) {
    delivering_ = true;
    actions.deliver = closed_.front();
  }
  if (open_ != nullptr && !waited_ && !lingering_) {
    lingering_ = true;
    actions.start_linger = true;
  }
  if (!reading_ && !no_more_ && HasRoom()) {
    reading_ = true;
    actions.read_on = true;
  }
  if (no_more_ && closed_.empty() && doing_ == 0) {
    finished_ = true;
    actions.finish = absl::OkStatus();
  }
  return actions;
}

void BulkSession::Do(Actions actions) {
  while (actions.delay_finish()) {
    for (const BatchPtr& batch : actions.prepare) Submit(&BulkSession::Prepare, batch);
    if (actions.deliver != nullptr) Submit(&BulkSession::Deliver, actions.deliver);
    if (actions.start_linger) transport_.start_linger();
    if (actions.read_on) transport_.read_on();
    MutexLock lock(mutex_);
    --doing_;
    // What had to wait for this.
    actions = Next();
  }
  if (actions.finish.has_value()) transport_.finish(*actions.finish);
}

void BulkSession::Submit(void (BulkSession::*work)(const BatchPtr&), const BatchPtr& batch) {
  const bool taken =
      executor_.TrySubmit([self = shared_from_this(), work, batch] { (self.get()->*work)(batch); });
  if (taken) return;
  {
    MutexLock lock(mutex_);
    if (work == &BulkSession::Deliver) {
      delivering_ = false;
    } else {
      batch->preparing = false;
      --preparing_;
    }
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
  Actions actions;
  {
    MutexLock lock(mutex_);
    batch->prepared = std::move(prepared);
    batch->items.clear();
    batch->preparing = false;
    --preparing_;
    actions = Next();
  }
  Do(std::move(actions));
}

void BulkSession::Deliver(const BatchPtr& batch) {
  absl::StatusOr<PreparedItems> prepared = *std::move(batch->prepared);
  absl::Status status = prepared.status();
  if (status.ok()) {
    status = RunGuarded(
        [&] {
          absl::StatusOr<BulkAnswers> answers = work_.deliver(context_, *std::move(prepared));
          // Before the next batch may be delivered: acknowledgements keep the order.
          if (answers.ok()) transport_.acknowledge(*std::move(answers));
          return answers.status();
        },
        Failed);
  }
  Actions actions;
  {
    MutexLock lock(mutex_);
    delivering_ = false;
    if (!status.ok() && !ending_.has_value()) ending_ = status;
    bytes_ahead_ -= batch->bytes;
    if (!closed_.empty()) closed_.pop_front();
    actions = Next();
  }
  Do(std::move(actions));
}

}  // namespace dateline::ingestion::service
