#include "services/query/follow/follower.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "common/base/worker.h"
#include "common/errors/errors.h"
#include "common/obs/guarded.h"
#include "common/obs/log.h"
#include "prometheus/counter.h"
#include "services/query/follow/batches.h"

namespace dateline::query::follow {
namespace {

using catalog::v1::StreamChangesResponse;
using replica::Batch;

// What is read ahead of the applier. gRPC's flow control holds the rest back at the catalog.
constexpr size_t kMaxQueuedBytes = size_t{16} << 20;
constexpr size_t kMaxQueuedBatches = 10'000;
// One transaction: large enough to pay for its sync, small enough for readers to see progress.
constexpr size_t kMaxTransactionBytes = size_t{4} << 20;
// The first pause, and the longest before yet another whole copy, which costs the catalog an
// export.
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestRebuildPause = absl::Minutes(1);
// The applying thread looks at least so often whether there is something to compact.
constexpr absl::Duration kLongestWait = absl::Minutes(1);
// A stream that held so long was in order.
constexpr absl::Duration kSound = absl::Seconds(5);

}  // namespace

Follower::Follower(replica::Replica& replica, CatalogFeed& feed, Clock* clock,
                   std::function<void()> on_ready, FollowerOptions options)
    : replica_(replica),
      feed_(feed),
      clock_(clock),
      on_ready_(std::move(on_ready)),
      checkpoint_(options.checkpoint),
      metrics_(options.metrics),
      compactor_(replica, clock, options.compaction_pause, options.metrics),
      receipts_(replica, feed, options.metrics, std::move(options.is_clean)),
      reader_([this] { ReadLoop(); }),
      applier_([this] { ApplyLoop(); }) {}

Follower::~Follower() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  feed_.Cancel();
  if (checkpoint_ != nullptr) checkpoint_->Cancel();
  reader_.join();
  {
    MutexLock lock(mutex_);
    reading_ended_ = true;
    changed_.SignalAll();
  }
  applier_.join();
}

FollowerStatus Follower::status() {
  MutexLock lock(mutex_);
  FollowerStatus status = status_;
  status.lag = clock_->Elapsed() - up_to_date_;
  return status;
}

void Follower::SetState(v1::FollowerState state, const absl::Status& status) {
  MutexLock lock(mutex_);
  status_.state = state;
  // Each attempt of a long outage fails alike; one line tells it.
  if (!status.ok() && !stopping_ && status_.last_error != status.message()) {
    obs::Log(obs::Level::kWarning, "cannot follow the catalog",
             {{"state", v1::FollowerState_Name(state)}, {"error", status.message()}});
  }
  status_.last_error = std::string(status.message());
}

void Follower::SetState(v1::FollowerState state) {
  MutexLock lock(mutex_);
  status_.state = state;
}

void Follower::ReadLoop() {
  bool rebuild = replica_.held() == nullptr;
  NoteDamage(replica_.CheckCopy());
  if (replica_.current() != nullptr) on_ready_();
  int failures = 0;
  int rebuilds = 0;  // one after the other, without a sound stream between them
  for (;;) {
    if (rebuild) {
      SetState(BuildingState());
      SetBuilding(true);
      if (rebuilds > 0 && !Rest(rebuilds, kLongestRebuildPause)) return;
      ++rebuilds;
      const absl::Status status = obs::Guarded("making a copy", [this] { return Bootstrap(); });
      SetBuilding(false);
      if (status.ok()) {
        SetState(BuildingState(), absl::OkStatus());
        rebuild = false;
        failures = 0;
        receipts_.Wake();
        if (replica_.current() != nullptr) on_ready_();
        continue;
      }
      SetState(replica_.current() == nullptr ? v1::FOLLOWER_STATE_BOOTSTRAPPING
                                             : v1::FOLLOWER_STATE_DISCONNECTED,
               status);
    } else {
      const absl::Duration start = clock_->Elapsed();
      const absl::Status status = obs::Guarded("following", [this] { return Follow(); });
      DrainQueue();
      if (clock_->Elapsed() - start > kSound) failures = rebuilds = 0;
      if (error::ReasonOf(status) == errors::v1::ERROR_REASON_POSITION_EXPIRED) {
        obs::Log(obs::Level::kWarning, "the position has expired", {{"why", status.message()}});
        rebuild = !MakeGood();
        continue;
      }
      if (const absl::Status copy = replica_.CheckCopy(); !copy.ok()) {
        NoteDamage(copy);
        rebuild = true;
        continue;
      }
      SetState(v1::FOLLOWER_STATE_DISCONNECTED, status);
    }
    if (!Rest(failures++, kLongestPause)) return;
  }
}

bool Follower::MakeGood() {
  for (int failures = 0;; ++failures) {
    SetState(BuildingState());
    SetBuilding(true);
    const absl::Status status =
        obs::Guarded("reconciling the copy", [this] { return Reconcile(); });
    SetBuilding(false);
    receipts_.Wake();
    SetState(BuildingState(), status);
    if (status.ok()) return true;
    // After a failover the catalog itself is away for a while.
    if (!absl::IsUnavailable(status)) return false;
    if (!Rest(failures, kLongestPause)) return true;
  }
}

v1::FollowerState Follower::BuildingState() const {
  return replica_.current() == nullptr ? v1::FOLLOWER_STATE_BOOTSTRAPPING
                                       : v1::FOLLOWER_STATE_REBUILDING;
}

bool Follower::Rest(int failures, absl::Duration longest) {
  const absl::Duration until = clock_->Elapsed() + BackOff(kFirstPause, failures, longest);
  MutexLock lock(mutex_);
  while (!stopping_) {
    const absl::Duration left = until - clock_->Elapsed();
    if (left <= absl::ZeroDuration()) return true;
    changed_.WaitFor(mutex_, left);
  }
  return false;
}

absl::Status Follower::Follow() {
  bool first = true;
  return feed_.Stream(replica_.position()->token, [&](StreamChangesResponse response) {
    if (std::exchange(first, false)) SetState(v1::FOLLOWER_STATE_FOLLOWING, absl::OkStatus());
    return Enqueue(std::move(response));
  });
}

absl::Status Follower::Enqueue(StreamChangesResponse response) {
  // Ends the stream; then a new copy is made.
  DATELINE_RETURN_IF_ERROR(replica_.CheckCopy());
  const size_t bytes = response.ByteSizeLong();
  const bool caught_up = response.position() == response.head() || response.changes().empty();
  DATELINE_ASSIGN_OR_RETURN(Batch batch, ToBatch(std::move(response)));
  MutexLock lock(mutex_);
  while (!stopping_ && !queue_.empty() &&
         (queued_bytes_ + bytes > kMaxQueuedBytes || queue_.size() >= kMaxQueuedBatches)) {
    changed_.Wait(mutex_);
  }
  if (stopping_) return absl::CancelledError("stopping");
  queued_bytes_ += bytes;
  queue_.push_back({std::move(batch), bytes, caught_up});
  changed_.SignalAll();
  return absl::OkStatus();
}

void Follower::SetBuilding(bool building) {
  MutexLock lock(mutex_);
  while (building && applying_) changed_.Wait(mutex_);
  building_ = building;
  changed_.SignalAll();
}

void Follower::DrainQueue() {
  MutexLock lock(mutex_);
  while (!queue_.empty() || applying_) changed_.Wait(mutex_);
}

void Follower::ApplyLoop() {
  for (;;) {
    Batch batch;
    bool caught_up = false;
    switch (AwaitWork(&batch, &caught_up)) {
      case Work::kStop:
        return;
      case Work::kCompact:
        if (compactor_.Run([this] { return CheckStopping(); })) receipts_.Wake();
        break;
      case Work::kApply:
        // What comes behind a batch that was not applied must not be applied either.
        if (ApplyWithRetry(batch)) {
          Applied(batch, caught_up);
        } else {
          DiscardQueue();
          if (!CheckStopping().ok()) return;
        }
    }
  }
}

Follower::Work Follower::AwaitWork(Batch* batch, bool* caught_up) {
  MutexLock lock(mutex_);
  applying_ = false;
  changed_.SignalAll();
  for (;;) {
    const absl::Duration left =
        stopping_ || building_ ? absl::InfiniteDuration() : compactor_.Left();
    const bool compact = left <= absl::ZeroDuration();
    if (!compact && queue_.empty() && !reading_ended_) {
      changed_.WaitFor(mutex_, std::min(left, kLongestWait));
      continue;
    }
    if (!compact && queue_.empty()) return Work::kStop;
    if (!compact) TakeQueued(batch, caught_up);
    applying_ = true;
    changed_.SignalAll();
    return compact ? Work::kCompact : Work::kApply;
  }
}

void Follower::TakeQueued(Batch* batch, bool* caught_up) {
  size_t taken = 0;
  while (!queue_.empty() && taken < kMaxTransactionBytes) {
    taken += queue_.front().bytes;
    queued_bytes_ -= queue_.front().bytes;
    *caught_up = queue_.front().caught_up;
    Merge(std::move(queue_.front().batch), batch);
    queue_.pop_front();
  }
  *caught_up &= queue_.empty();
}

void Follower::Applied(const Batch& batch, bool caught_up) {
  // Receipts for what the copy never had can be sent at once.
  if (std::any_of(batch.states.begin(), batch.states.end(), replica::IsTakedown)) receipts_.Wake();
  if (caught_up && replica_.current() == nullptr) {
    replica_.StartServing();
    on_ready_();
  }
  MutexLock lock(mutex_);
  status_.applied = std::max(status_.applied, batch.at);
  if (caught_up) up_to_date_ = clock_->Elapsed();
}

absl::Status Follower::CheckStopping() {
  MutexLock lock(mutex_);
  return stopping_ ? error::Cancelled() : absl::OkStatus();
}

void Follower::DiscardQueue() {
  MutexLock lock(mutex_);
  queue_.clear();
  queued_bytes_ = 0;
  applying_ = false;
  changed_.SignalAll();
}

bool Follower::ApplyWithRetry(const Batch& batch) {
  for (int failures = 0;; ++failures) {
    const absl::Status status =
        obs::Guarded("applying a batch", [&] { return replica_.ApplyAndPublish(batch); });
    if (status.ok()) {
      if (failures > 0) SetState(v1::FOLLOWER_STATE_FOLLOWING, absl::OkStatus());
      return true;
    }
    // The machine's fault, such as a full disk: reading goes on, applying waits until it can.
    obs::Log(obs::Level::kError, "cannot apply changes", {{"error", status.message()}});
    SetState(v1::FOLLOWER_STATE_DISCONNECTED, status);
    // It gets no better: a new copy is made, in place of the one that this would be applied to.
    if (!replica_.CheckCopy().ok()) return false;
    if (!Rest(failures, kLongestPause)) return false;
  }
}

void Follower::NoteDamage(const absl::Status& status) {
  if (status.ok()) return;
  SetState(BuildingState(), status);
  if (metrics_ == nullptr) return;
  metrics_->Counter("dateline_query_damaged_copies_total", "Copies that were found damaged")
      .Increment();
}

}  // namespace dateline::query::follow
