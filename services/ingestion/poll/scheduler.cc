#include "services/ingestion/poll/scheduler.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/base/guard.h"
#include "common/obs/log.h"
#include "prometheus/counter.h"
#include "services/ingestion/poll/fetch_metrics.h"

namespace dateline::ingestion::poll {
namespace {

// An outage is asked about again after this at most.
constexpr absl::Duration kLongestRest = absl::Seconds(30);
constexpr absl::Duration kSweepTimeout = absl::Seconds(60);

}  // namespace

Scheduler::Scheduler(Dependencies dependencies, SchedulerOptions options, obs::Metrics& metrics)
    : dependencies_(std::move(dependencies)), options_(options), metrics_(metrics) {
  for (int i = 0; i < options_.workers; ++i) {
    workers_.emplace_back([this, i] { Work(/*sweeps=*/i == 0); });
  }
}

Scheduler::~Scheduler() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.SignalAll();
  for (std::thread& worker : workers_) worker.join();
}

bool Scheduler::stopping() {
  MutexLock lock(mutex_);
  return stopping_;
}

void Scheduler::Rest(absl::Duration limit) {
  const absl::Duration until = RealClock()->Elapsed() + limit;
  MutexLock lock(mutex_);
  while (!stopping_) {
    const absl::Duration left = until - RealClock()->Elapsed();
    if (left <= absl::ZeroDuration()) return;
    changed_.WaitFor(mutex_, left);
  }
}

void Scheduler::Count(const absl::StatusOr<std::optional<v1::PollSourceResponse>>& polled) {
  const std::string outcome =
      polled.ok() ? NameOf((*polled)->fetch().outcome()) : std::string("interrupted");
  metrics_
      .Counter("dateline_ingestion_polls_total", "Fetches of due sources by outcome.",
               {{"outcome", outcome}})
      .Increment();
}

void Scheduler::SweepIfDue(const RequestContext& context, absl::Duration* next) {
  if (RealClock()->Elapsed() < *next) return;
  *next = RealClock()->Elapsed() + options_.sweep;
  const absl::Status swept = dependencies_.store.Sweep(context.WithTimeout(kSweepTimeout));
  if (swept.ok() || stopping()) return;
  obs::Log(obs::Level::kWarning, "what is past use was not forgotten",
           {{"error", std::string(swept.message())}});
}

void Scheduler::Work(bool sweeps) {
  const RequestContext context(
      RealClock(), absl::InfiniteDuration(), [this] { return stopping(); }, "scheduler");
  absl::Duration rest = options_.idle;
  absl::Duration next_sweep = absl::ZeroDuration();
  while (!stopping()) {
    absl::StatusOr<std::optional<v1::PollSourceResponse>> polled = std::nullopt;
    const absl::Status guarded = RunGuarded(
        [&] {
          if (sweeps) SweepIfDue(context, &next_sweep);
          polled = PollNextDue(context, dependencies_);
          return absl::OkStatus();
        },
        [](absl::string_view what) { return absl::InternalError(what); });
    if (!guarded.ok()) polled = guarded;
    if (polled.ok() && !polled->has_value()) {
      Rest(options_.idle);
      continue;
    }
    Count(polled);
    if (polled.ok()) {
      rest = options_.idle;
      continue;
    }
    if (stopping()) return;
    obs::Log(obs::Level::kWarning, "a poll was interrupted",
             {{"error", std::string(polled.status().message())}});
    Rest(rest);
    rest = std::min(2 * rest, kLongestRest);
  }
}

}  // namespace dateline::ingestion::poll
