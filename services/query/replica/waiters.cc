#include "services/query/replica/waiters.h"

#include <algorithm>
#include <utility>

#include "common/obs/guarded.h"
#include "common/position/position.h"

namespace dateline::query::replica {

PositionWaiters::PositionWaiters(Clock* clock, size_t limit)
    : clock_(clock), limit_(limit), thread_([this] { Loop(); }) {}

PositionWaiters::~PositionWaiters() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.Signal();
  }
  thread_.join();
}

bool PositionWaiters::Add(const content::v1::LogPosition& position, absl::Duration deadline,
                          Done done) {
  MutexLock lock(mutex_);
  if (waiters_.size() >= limit_ || stopping_) return false;
  waiters_.push_back({position, deadline, std::move(done)});
  changed_.Signal();
  return true;
}

void PositionWaiters::Reached(const content::v1::LogPosition& position) {
  if (position.log_id().empty()) return;
  MutexLock lock(mutex_);
  for (auto it = waiters_.begin(); it != waiters_.end();) {
    const bool other_log = !SameLog(it->position, position);
    if (!other_log && ComparePositions(it->position, position) > 0) {
      ++it;
      continue;
    }
    ended_.push_back({std::move(it->done), other_log ? Outcome::kOtherLog : Outcome::kReached});
    it = waiters_.erase(it);
  }
  if (!ended_.empty()) changed_.Signal();
}

absl::Duration PositionWaiters::EndLate() {
  const absl::Duration now = clock_->Elapsed();
  absl::Duration next = absl::InfiniteDuration();
  for (auto it = waiters_.begin(); it != waiters_.end();) {
    if (it->deadline <= now || stopping_) {
      ended_.push_back({std::move(it->done), Outcome::kTimeout});
      it = waiters_.erase(it);
    } else {
      next = std::min(next, it->deadline - now);
      ++it;
    }
  }
  return next;
}

void PositionWaiters::Loop() {
  for (bool stopped = false; !stopped;) {
    std::list<Ended> ended;
    {
      MutexLock lock(mutex_);
      stopped = stopping_;
      const absl::Duration next = EndLate();
      if (ended_.empty() && !stopped) {
        if (next == absl::InfiniteDuration()) {
          changed_.Wait(mutex_);
        } else {
          changed_.WaitFor(mutex_, next);
        }
      }
      ended.swap(ended_);
    }
    // Without the lock: an answer may lead to a new wait.
    for (Ended& wait : ended) {
      obs::Guarded("a call that waited for a position", [&] {
        wait.done(wait.outcome);
        return absl::OkStatus();
      }).IgnoreError();
    }
  }
}

}  // namespace dateline::query::replica
