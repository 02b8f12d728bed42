#ifndef DATELINE_SERVICES_QUERY_READS_READS_H_
#define DATELINE_SERVICES_QUERY_READS_READS_H_

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "services/query/reads/read_store.h"

namespace dateline::query::reads {

// How reports are taken and rankings kept.
struct ReadsOptions {
  absl::Duration poll_interval = absl::Seconds(10);
  absl::Duration poll_after_report = absl::Seconds(1);
  absl::Duration prune_interval = absl::Minutes(10);
  int ranking_size = 10'000;       // articles of a window in memory
  size_t queue_limit = 256;        // reports that wait to be counted
  size_t batch_limit = 64;         // reports of one transaction
  double reports_per_second = 10;  // of one caller, on average
  double burst = 50;               // of one caller, at once
};

// Between the query server and the counts of reads: one thread counts reports, many in one
// transaction, and reads the rankings now and then. Lives on while the store cannot be reached.
// Thread-safe.
class Reads {
 public:
  // `store` and `clock` must outlive it.
  explicit Reads(ReadStore& store, ReadsOptions options = {}, Clock* clock = RealClock());
  // Ends with CANCELLED what still waits.
  ~Reads();

  // Queues a report; `done` is called once, from another thread, when it is counted (OK) or is not:
  // REQUEST_ID_REUSED, DATABASE_UNAVAILABLE and the like. It is called at once, from this thread,
  // with QUOTA_EXCEEDED for a caller that reports too often, with OVERLOADED if too many wait.
  void Add(Report report, std::function<void(const absl::Status&)> done);

  // The ranking of a window as it was read last; empty before, and if nothing was read.
  std::shared_ptr<const Ranking> Of(Window window) const;

 private:
  struct Waiting {
    Report report;
    std::function<void(const absl::Status&)> done;
  };
  struct Allowance {
    double left;
    absl::Duration since;
  };

  void Run();
  // Whether a caller may report now; takes one from what it has left.
  bool Allowed(const std::string& caller) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::deque<Waiting> TakeBatch();
  void Count(std::deque<Waiting> batch);
  void Poll();

  ReadStore& store_;
  const ReadsOptions options_;
  Clock* const clock_;
  mutable Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Waiting> queue_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Allowance> allowances_ ABSL_GUARDED_BY(mutex_);
  std::array<std::shared_ptr<const Ranking>, kWindows> rankings_ ABSL_GUARDED_BY(mutex_);
  absl::Duration next_poll_;   // of the thread alone
  absl::Duration next_prune_;  // the same
  std::thread thread_;
};

}  // namespace dateline::query::reads

#endif  // DATELINE_SERVICES_QUERY_READS_READS_H_
