#ifndef DATELINE_COMMON_RPC_RUNTIME_H_
#define DATELINE_COMMON_RPC_RUNTIME_H_

#include <grpcpp/server_context.h>

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/executor.h"
#include "common/base/mutex.h"
#include "common/obs/metrics.h"
#include "common/rpc/answer_budget.h"
#include "common/rpc/callers.h"

namespace dateline::rpc {

// Counts one method's calls by code and measures their time. Thread-safe.
class MethodStats {
 public:
  MethodStats(obs::Metrics& metrics, const std::string& method);

  // Records an ended call; a failed one is also written to the log, at the level its code deserves.
  void Record(const absl::Status& status, absl::Duration duration, absl::string_view caller);
  // Counts fields of a request that this program does not know and that were passed over.
  void RecordUnknownFields(size_t count);

 private:
  static constexpr int kCodes = 17;
  obs::Metrics& metrics_;
  const std::string method_;
  prometheus::Histogram& latency_;
  std::array<std::atomic<prometheus::Counter*>, kCodes> calls_{};
};

// What the RPC adapters of a server share. Must outlive all calls. Thread-safe.
class Runtime {
 public:
  // `threads` run the handlers that may block (as many as the pool has connections); `queue_limit`
  // calls may wait for one, more are refused with OVERLOADED.
  // `callers` tells who calls. `pool` tells the metrics of a process's runtimes apart. Large
  // answers that callers have not read yet may have `max_answer_bytes` in all.
  Runtime(obs::Metrics& metrics, int threads, size_t queue_limit, Callers callers = Callers(),
          const std::string& pool = "calls", size_t max_answer_bytes = AnswerBudget::kMaxBytes);

  BoundedExecutor& executor() { return executor_; }
  AnswerBudget& answers() { return answers_; }
  Clock* clock() { return RealClock(); }
  // Where whatever serves calls counts.
  obs::Metrics& metrics() { return metrics_; }

  // Who is on the other side of a call.
  Caller CallerOf(const grpc::ServerContextBase& context) const {
    return callers_.Of(*context.auth_context());
  }

  // The statistics of `method`, e.g. "GetTopic".
  MethodStats& StatsOf(absl::string_view method);

 private:
  obs::Metrics& metrics_;
  const Callers callers_;
  AnswerBudget answers_;
  BoundedExecutor executor_;
  Mutex mutex_;
  std::map<std::string, std::unique_ptr<MethodStats>, std::less<>> stats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_RUNTIME_H_
