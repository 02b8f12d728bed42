#include "services/query/replica/clock.h"

#include <algorithm>

namespace dateline::query::replica {
namespace {

constexpr absl::Duration kBelievableLead = absl::Seconds(5);

}  // namespace

absl::Time ReplicaClock::StreamTime() {
  return observed_ + (clock_->Elapsed() - observed_elapsed_);
}

void ReplicaClock::Observe(absl::Time at) {
  if (at == absl::InfinitePast()) return;
  MutexLock lock(mutex_);
  // An older time than the running one would set the clock back by the delay of the line.
  if (observed_ != absl::InfinitePast() && at <= StreamTime()) {
    last_ = std::max(last_, at);
    // A primary whose clock runs slower than this machine's is followed, or the two would drift
    // apart.
    if (StreamTime() - at < kBelievableLead) return;
  }
  observed_ = at;
  observed_elapsed_ = clock_->Elapsed();
  last_ = std::max(last_, at);
}

absl::Time ReplicaClock::Now() {
  MutexLock lock(mutex_);
  absl::Time now = clock_->Now();
  if (observed_ != absl::InfinitePast() && now > StreamTime() + kBelievableLead) now = StreamTime();
  last_ = std::max(last_, now);
  return last_;
}

absl::Duration ReplicaClock::Skew() {
  MutexLock lock(mutex_);
  if (observed_ == absl::InfinitePast()) return absl::ZeroDuration();
  return clock_->Now() - StreamTime();
}

}  // namespace dateline::query::replica
