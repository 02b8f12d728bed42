#include "services/query/follow/compactor.h"

#include <algorithm>

#include "common/base/worker.h"
#include "common/obs/guarded.h"
#include "common/obs/log.h"
#include "prometheus/counter.h"

namespace dateline::query::follow {
namespace {

constexpr absl::Duration kFirstPause = absl::Seconds(1);
constexpr absl::Duration kLongestPause = absl::Minutes(1);

}  // namespace

absl::Duration Compactor::Left() const {
  return replica_.needs_compaction() ? next_ - clock_->Elapsed() : absl::InfiniteDuration();
}

bool Compactor::Run(absl::FunctionRef<absl::Status()> check) {
  const absl::Duration start = clock_->Elapsed();
  const absl::Status status =
      obs::Guarded("compacting the copy", [&] { return replica_.Compact(check); });
  const absl::Duration end = clock_->Elapsed();
  if (!status.ok()) {
    // Cancelled is what it is at the end; the next start does it again.
    if (!absl::IsCancelled(status)) {
      obs::Log(obs::Level::kError, "cannot compact the copy after a takedown",
               {{"error", status.message()}});
    }
    next_ = end + BackOff(kFirstPause, failures_++, kLongestPause);
    return false;
  }
  failures_ = 0;
  // At most half of the time: changes wait for it.
  next_ = end + std::max(pause_, end - start);
  if (metrics_ != nullptr) {
    metrics_->Counter("dateline_query_compactions_total", "Compactions of the copy after takedowns")
        .Increment();
  }
  return true;
}

}  // namespace dateline::query::follow
