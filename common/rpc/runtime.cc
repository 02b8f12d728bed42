#include "common/rpc/runtime.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include "common/base/limits.h"
#include "common/errors/details.h"
#include "common/errors/excerpt.h"
#include "common/obs/log.h"

namespace dateline::rpc {
namespace {

// The caller's own mistakes are not ours to be told of in normal operation.
obs::Level LevelOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return obs::Level::kError;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return obs::Level::kWarning;
    default:
      return obs::Level::kInfo;
  }
}

}  // namespace

MethodStats::MethodStats(obs::Metrics& metrics, const std::string& method)
    : metrics_(metrics),
      method_(method),
      latency_(metrics.Latency("dateline_rpc_seconds", "Time from a call's arrival to its answer",
                               {{"method", method}})) {}

void MethodStats::Record(const absl::Status& status, absl::Duration duration,
                         absl::string_view caller) {
  latency_.Observe(absl::ToDoubleSeconds(duration));
  const int code = static_cast<int>(status.code());
  if (code < 0 || code >= kCodes) return;
  prometheus::Counter* counter = calls_[code].load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter =
        &metrics_.Counter("dateline_rpc_calls_total", "Calls by method and code",
                          {{"method", method_}, {"code", absl::StatusCodeToString(status.code())}});
    calls_[code].store(counter, std::memory_order_release);
  }
  counter->Increment();
  if (status.ok()) return;
  obs::Log(LevelOf(status.code()), "call failed",
           {{"method", method_},
            {"code", absl::StatusCodeToString(status.code())},
            {"reason", error::ReasonName(error::ReasonOf(status))},
            {"error", error::Excerpt(status.message(), limits::kMaxErrorMessageBytes)},
            {"caller", caller},
            {"ms", absl::ToDoubleMilliseconds(duration)}});
}

void MethodStats::RecordUnknownFields(size_t count) {
  if (count == 0) return;
  metrics_
      .Counter("dateline_rpc_unknown_fields_total",
               "Fields of requests that this program does not know", {{"method", method_}})
      .Increment(static_cast<double>(count));
}

Runtime::Runtime(obs::Metrics& metrics, int threads, size_t queue_limit, Callers callers,
                 const std::string& pool, size_t max_answer_bytes)
    : metrics_(metrics),
      callers_(std::move(callers)),
      answers_(max_answer_bytes),
      executor_(threads, queue_limit,
                [&gauge = metrics.Gauge("dateline_executor_queue_depth",
                                        "Calls that wait for a thread", {{"pool", pool}})](
                    size_t depth) { gauge.Set(static_cast<double>(depth)); }) {}

MethodStats& Runtime::StatsOf(absl::string_view method) {
  MutexLock lock(mutex_);
  const auto found = stats_.find(method);
  if (found != stats_.end()) return *found->second;
  return *stats_
              .emplace(std::string(method),
                       std::make_unique<MethodStats>(metrics_, std::string(method)))
              .first->second;
}

}  // namespace dateline::rpc
