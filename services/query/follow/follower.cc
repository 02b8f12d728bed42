#include "services/query/follow/follower.h"

#include <algorithm>
#include <utility>

#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/base/worker.h"
#include "common/errors/errors.h"
#include "common/obs/guarded.h"
#include "common/obs/log.h"
#include "common/position/position.h"

namespace dateline::query::follow {
namespace {

using catalog::v1::ExportResourcesResponse;
using catalog::v1::StreamChangesResponse;
using replica::Batch;

// What is read ahead of the applier. gRPC's flow control holds the rest back at the catalog.
constexpr size_t kMaxQueuedBytes = size_t{16} << 20;
constexpr size_t kMaxQueuedBatches = 10'000;
// One transaction: large enough to pay for its sync, small enough for readers to see progress.
constexpr size_t kMaxTransactionBytes = size_t{4} << 20;
// The first pause, and the longest ones: before the next attempt to connect, and before yet another
// whole copy, which costs the catalog an export.
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Seconds(2);
constexpr absl::Duration kLongestRebuildPause = absl::Minutes(1);
// A stream that held so long was in order.
constexpr absl::Duration kSound = absl::Seconds(5);

// What is read wrongly must not be taken as read.
absl::StatusOr<Batch> ToBatch(StreamChangesResponse response) {
  Batch batch;
  for (catalog::v1::Change& change : *response.mutable_changes()) {
    if (change.has_state()) batch.states.push_back(std::move(*change.mutable_state()));
  }
  if (!response.position().empty()) {
    DATELINE_ASSIGN_OR_RETURN(batch.position, DecodePosition(response.position(), "position"));
  }
  if (response.has_at()) batch.at = TimeFromProto(response.at());
  return batch;
}

void Merge(Batch next, Batch* batch) {
  std::move(next.states.begin(), next.states.end(), std::back_inserter(batch->states));
  if (!next.position.log_id().empty()) batch->position = next.position;
  batch->at = std::max(batch->at, next.at);
}

}  // namespace

Follower::Follower(replica::Replica& replica, CatalogFeed& feed, Clock* clock,
                   std::function<void()> on_ready)
    : replica_(replica),
      feed_(feed),
      clock_(clock),
      on_ready_(std::move(on_ready)),
      reader_([this] { ReadLoop(); }),
      applier_([this] { ApplyLoop(); }) {}

Follower::~Follower() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  feed_.Cancel();
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
  bool rebuild = replica_.current() == nullptr;
  if (!rebuild) on_ready_();
  int failures = 0;
  int rebuilds = 0;  // one after the other, without a sound stream between them
  for (;;) {
    if (rebuild) {
      SetState(BuildingState());
      if (rebuilds > 0 && !Rest(rebuilds, kLongestRebuildPause)) return;
      ++rebuilds;
      const absl::Status status = obs::Guarded("making a copy", [this] { return Bootstrap(); });
      if (status.ok()) {
        SetState(BuildingState(), absl::OkStatus());
        rebuild = false;
        failures = 0;
        on_ready_();
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
        obs::Log(obs::Level::kWarning, "the position has expired; making a new copy",
                 {{"why", status.message()}});
        rebuild = true;
        continue;
      }
      SetState(v1::FOLLOWER_STATE_DISCONNECTED, status);
    }
    if (!Rest(failures++, kLongestPause)) return;
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

absl::Status Follower::Bootstrap() {
  DATELINE_ASSIGN_OR_RETURN(const std::shared_ptr<replica::Store> copy, replica_.BeginCopy());
  DATELINE_RETURN_IF_ERROR(CopyAll(*copy));
  DATELINE_RETURN_IF_ERROR(replica_.Swap(copy));
  obs::Log(obs::Level::kInfo, "a complete copy serves",
           {{"articles", copy->Entries(replica::Table::kCards)}});
  MutexLock lock(mutex_);
  ++status_.rebuilds;
  return absl::OkStatus();
}

absl::Status Follower::CopyAll(replica::Store& copy) {
  content::v1::LogPosition from;
  content::v1::LogPosition until;
  std::string page_token;
  const auto on_page = [&](const ExportResourcesResponse& page) -> absl::Status {
    Batch batch;
    if (!page.start_position().empty() && from.log_id().empty()) {
      DATELINE_ASSIGN_OR_RETURN(from, DecodePosition(page.start_position(), "start_position"));
    }
    if (!page.end_position().empty()) {
      DATELINE_ASSIGN_OR_RETURN(until, DecodePosition(page.end_position(), "end_position"));
    }
    batch.position = from;
    batch.states.assign(page.states().begin(), page.states().end());
    if (page.has_at()) batch.at = TimeFromProto(page.at());
    DATELINE_RETURN_IF_ERROR(replica::Apply(copy, batch));
    page_token = page.page_token();
    return absl::OkStatus();
  };
  // A broken export goes on behind its last page.
  for (int failures = 0; until.log_id().empty();) {
    const std::string before = page_token;
    const absl::Status status = feed_.Export(page_token, on_page);
    if (status.ok()) break;
    if (page_token != before) failures = 0;
    if (!absl::IsUnavailable(status) || failures > 5 || !Rest(failures++, kLongestPause))
      return status;
  }
  if (from.log_id().empty() || until.log_id().empty()) {
    return absl::DataLossError("the export ended without its positions");
  }
  return CatchUp(copy, from, until);
}

absl::Status Follower::CatchUp(replica::Store& copy, const content::v1::LogPosition& from,
                               const content::v1::LogPosition& until) {
  content::v1::LogPosition reached = from;
  bool whole = SameLog(from, until) && ComparePositions(from, until) >= 0;
  while (!whole) {
    const absl::Status status =
        feed_.Stream(EncodePosition(reached), [&](StreamChangesResponse response) -> absl::Status {
          DATELINE_ASSIGN_OR_RETURN(const Batch batch, ToBatch(std::move(response)));
          DATELINE_RETURN_IF_ERROR(replica::Apply(copy, batch));
          if (!batch.position.log_id().empty()) reached = batch.position;
          whole = SameLog(reached, until) && ComparePositions(reached, until) >= 0;
          // An error is how a reader leaves a stream.
          return whole ? absl::AbortedError("whole") : absl::OkStatus();
        });
    if (whole) break;
    if (!absl::IsUnavailable(status) || !Rest(0, kLongestPause)) return status;
  }
  return absl::OkStatus();
}

absl::Status Follower::Follow() {
  bool first = true;
  return feed_.Stream(replica_.position()->token, [&](StreamChangesResponse response) {
    if (std::exchange(first, false)) SetState(v1::FOLLOWER_STATE_FOLLOWING, absl::OkStatus());
    return Enqueue(std::move(response));
  });
}

absl::Status Follower::Enqueue(StreamChangesResponse response) {
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

void Follower::DrainQueue() {
  MutexLock lock(mutex_);
  while (!queue_.empty() || applying_) changed_.Wait(mutex_);
}

void Follower::ApplyLoop() {
  for (;;) {
    Batch batch;
    bool caught_up = false;
    {
      MutexLock lock(mutex_);
      applying_ = false;
      changed_.SignalAll();
      while (queue_.empty() && !reading_ended_) changed_.Wait(mutex_);
      if (queue_.empty()) return;
      size_t taken = 0;
      while (!queue_.empty() && taken < kMaxTransactionBytes) {
        taken += queue_.front().bytes;
        queued_bytes_ -= queue_.front().bytes;
        caught_up = queue_.front().caught_up;
        Merge(std::move(queue_.front().batch), &batch);
        queue_.pop_front();
      }
      caught_up &= queue_.empty();
      applying_ = true;
      changed_.SignalAll();
    }
    // What comes behind a batch that was not applied must not be applied either.
    if (!ApplyWithRetry(batch)) {
      DiscardQueue();
      return;
    }
    MutexLock lock(mutex_);
    status_.applied = std::max(status_.applied, batch.at);
    if (caught_up) up_to_date_ = clock_->Elapsed();
  }
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
    if (!Rest(failures, kLongestPause)) return false;
  }
}

}  // namespace dateline::query::follow
