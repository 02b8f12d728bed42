#include "services/query/replica/waiters.h"

#include <algorithm>
#include <utility>

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
  std::list<Waiter> rest;
  {
    MutexLock lock(mutex_);
    rest.swap(waiters_);
  }
  for (Waiter& waiter : rest) waiter.done(Outcome::kTimeout);
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
  std::list<std::pair<Done, Outcome>> ended;
  {
    MutexLock lock(mutex_);
    for (auto it = waiters_.begin(); it != waiters_.end();) {
      const bool other_log = !SameLog(it->position, position);
      if (!other_log && ComparePositions(it->position, position) > 0) {
        ++it;
        continue;
      }
      ended.emplace_back(std::move(it->done), other_log ? Outcome::kOtherLog : Outcome::kReached);
      it = waiters_.erase(it);
    }
  }
  // Without the lock: an answer may lead to a new wait.
  for (auto& [done, outcome] : ended) done(outcome);
}

void PositionWaiters::Loop() {
  for (;;) {
    std::list<Done> late;
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
      const absl::Duration now = clock_->Elapsed();
      absl::Duration next = absl::InfiniteDuration();
      for (auto it = waiters_.begin(); it != waiters_.end();) {
        if (it->deadline <= now) {
          late.push_back(std::move(it->done));
          it = waiters_.erase(it);
        } else {
          next = std::min(next, it->deadline - now);
          ++it;
        }
      }
      if (late.empty()) {
        if (next == absl::InfiniteDuration()) {
          changed_.Wait(mutex_);
        } else {
          changed_.WaitFor(mutex_, next);
        }
      }
    }
    for (Done& done : late) done(Outcome::kTimeout);
  }
}

}  // namespace dateline::query::replica
