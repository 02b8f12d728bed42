#include "services/query/reads/reads.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/errors/errors.h"
#include "common/obs/guarded.h"
#include "common/obs/log.h"

namespace dateline::query::reads {
namespace {

// Callers whose allowance is remembered; beyond it those that have all of theirs are forgotten.
constexpr size_t kMaxCallers = 1'024;
constexpr absl::Duration kTimeout = absl::Seconds(5);

}  // namespace

Reads::Reads(ReadStore& store, ReadsOptions options, Clock* clock)
    : store_(store), options_(options), clock_(clock) {
  for (auto& ranking : rankings_) ranking = std::make_shared<Ranking>();
  next_poll_ = clock_->Elapsed();
  next_prune_ = next_poll_ + options_.prune_interval;
  thread_ = std::thread([this] { Run(); });
}

Reads::~Reads() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  thread_.join();
  for (const Waiting& waiting : queue_) waiting.done(error::Cancelled());
}

bool Reads::Allowed(const std::string& caller) {
  const absl::Duration now = clock_->Elapsed();
  const auto refilled = [&](const Allowance& allowance) {
    return std::min(options_.burst, allowance.left + absl::ToDoubleSeconds(now - allowance.since) *
                                                         options_.reports_per_second);
  };
  if (allowances_.size() >= kMaxCallers && !allowances_.contains(caller)) {
    for (auto entry = allowances_.begin(); entry != allowances_.end();) {
      entry = refilled(entry->second) >= options_.burst ? allowances_.erase(entry) : ++entry;
    }
    if (allowances_.size() >= kMaxCallers) return false;
  }
  Allowance& allowance = allowances_.emplace(caller, Allowance{options_.burst, now}).first->second;
  allowance = {refilled(allowance), now};
  if (allowance.left < 1) return false;
  allowance.left -= 1;
  return true;
}

void Reads::Add(Report report, std::function<void(const absl::Status&)> done) {
  absl::Status refused;
  {
    MutexLock lock(mutex_);
    if (stopping_) {
      refused = error::Cancelled();
    } else if (!Allowed(report.caller)) {
      refused = error::QuotaExceeded(absl::Seconds(1 / options_.reports_per_second));
    } else if (queue_.size() >= options_.queue_limit) {
      refused = error::Overloaded();
    } else {
      queue_.push_back({std::move(report), std::move(done)});
      changed_.SignalAll();
      return;
    }
  }
  done(refused);
}

std::shared_ptr<const Ranking> Reads::Of(Window window) const {
  MutexLock lock(mutex_);
  return rankings_[static_cast<size_t>(window)];
}

std::deque<Reads::Waiting> Reads::TakeBatch() {
  MutexLock lock(mutex_);
  while (!stopping_ && queue_.empty()) {
    const absl::Duration left = std::min(next_poll_, next_prune_) - clock_->Elapsed();
    if (left <= absl::ZeroDuration()) break;
    changed_.WaitFor(mutex_, left);
  }
  std::deque<Waiting> batch;
  while (!stopping_ && !queue_.empty() && batch.size() < options_.batch_limit) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Reads::Run() {
  for (;;) {
    std::deque<Waiting> batch = TakeBatch();
    {
      MutexLock lock(mutex_);
      if (stopping_) {
        // Their callers are told by the destructor.
        for (Waiting& waiting : batch) queue_.push_back(std::move(waiting));
        return;
      }
    }
    if (!batch.empty()) {
      Count(std::move(batch));
      // What was just counted is seen soon.
      next_poll_ = std::min(next_poll_, clock_->Elapsed() + options_.poll_after_report);
    }
    if (clock_->Elapsed() >= next_poll_) {
      next_poll_ = clock_->Elapsed() + options_.poll_interval;
      Poll();
    }
    if (clock_->Elapsed() >= next_prune_) {
      next_prune_ = clock_->Elapsed() + options_.prune_interval;
      const absl::Status pruned = obs::Guarded("pruning counts of reads", [&] {
        return store_.Prune(RequestContext::Background("reads").WithTimeout(kTimeout));
      });
      if (!pruned.ok()) {
        obs::Log(obs::Level::kWarning, "cannot prune counts of reads",
                 {{"error", pruned.message()}});
      }
    }
  }
}

void Reads::Count(std::deque<Waiting> batch) {
  std::vector<Report> reports;
  reports.reserve(batch.size());
  for (Waiting& waiting : batch) reports.push_back(std::move(waiting.report));
  std::vector<absl::Status> told;
  const absl::Status counted = obs::Guarded("counting reads", [&]() -> absl::Status {
    auto answer = store_.Add(RequestContext::Background("reads").WithTimeout(kTimeout), reports);
    if (!answer.ok()) return answer.status();
    told = *std::move(answer);
    return absl::OkStatus();
  });
  told.resize(batch.size(), counted);
  for (size_t i = 0; i < batch.size(); ++i) batch[i].done(told[i]);
}

void Reads::Poll() {
  for (const Window window : {Window::kHour, Window::kDay, Window::kWeek}) {
    Ranking ranking;
    const absl::Status read = obs::Guarded("reading what is read most", [&]() -> absl::Status {
      auto top = store_.Top(RequestContext::Background("reads").WithTimeout(kTimeout), window,
                            options_.ranking_size);
      if (!top.ok()) return top.status();
      ranking = *std::move(top);
      return absl::OkStatus();
    });
    if (!read.ok()) {
      obs::Log(obs::Level::kWarning, "cannot read what is read most", {{"error", read.message()}});
      return;
    }
    MutexLock lock(mutex_);
    rankings_[static_cast<size_t>(window)] = std::make_shared<Ranking>(std::move(ranking));
  }
}

}  // namespace dateline::query::reads
