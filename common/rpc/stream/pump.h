#ifndef DATELINE_COMMON_RPC_STREAM_PUMP_H_
#define DATELINE_COMMON_RPC_STREAM_PUMP_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/executor.h"
#include "common/base/guard.h"
#include "common/base/request_context.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "common/rpc/stream/registry.h"
#include "common/rpc/stream/write_queue.h"

namespace dateline::rpc {

// What it means for a stream when there is nothing to read.
enum class WhenEmpty {
  kWait,  // Poke tells when to look again.
  kEnd,   // The stream is complete.
};

// Moves answers from where they are read to a stream of responses, on an executor, one step at a
// time for each stream: reads when there is room and something to read, holds what a slow reader
// has no room for. Without its transport, which calls WriteDone and Cancel. Thread-safe. Hold it by
// shared_ptr.
template <typename Response>
class Pump final : public OpenStream, public std::enable_shared_from_this<Pump<Response>> {
 public:
  // Gives the next response; nothing if there is none now. Called by one thread at a time; may
  // block.
  using Pull =
      std::function<absl::StatusOr<std::optional<Response>>(const RequestContext& context)>;

  // `executor` must outlive it. Of `transport` on_ready is not used. Begins with the first Poke.
  Pump(BoundedExecutor& executor, Pull pull, WhenEmpty when_empty,
       typename WriteQueue<Response>::Transport transport)
      : executor_(executor),
        pull_(std::move(pull)),
        when_empty_(when_empty),
        queue_({.messages = kMessagesAhead}, {std::move(transport.start_write),
                                              std::move(transport.finish), [this] { Poke(); }}) {}

  // There may be something to read, or room to write.
  void Poke() {
    if (signals_.fetch_add(1) > 0) return;  // The running step will look again.
    const bool taken = executor_.TrySubmit([self = this->shared_from_this()] { self->Run(); });
    if (!taken) End(error::Overloaded());
  }

  // Ends the stream once what was taken is written.
  void End(const absl::Status& status) override { queue_.End(status); }

  // The transport has written a message, or could not.
  void WriteDone(bool ok) { queue_.WriteDone(ok); }

  // The reader has gone.
  void Cancel() { queue_.Cancel(); }

 private:
  // So many messages, of limits::kAnswerByteBudget each, wait in memory for a slow reader.
  static constexpr size_t kMessagesAhead = 2;
  // One read of the database for a stream.
  static constexpr absl::Duration kPullTimeout = absl::Seconds(30);

  void Run() {
    int seen = signals_.load();
    while (true) {
      while (Step()) {
      }
      const int before = signals_.fetch_sub(seen);
      if (before == seen) return;
      seen = before - seen;
    }
  }

  // Writes one response; false if there is nothing more to do for now.
  bool Step() {
    if (!held_.has_value()) {
      if (queue_.closed()) return false;
      const RequestContext context(
          RealClock(), RealClock()->Elapsed() + kPullTimeout,
          [self = this->shared_from_this()] { return self->queue_.closed(); }, "stream");
      const absl::Status status = RunGuarded(
          [&]() -> absl::Status {
            DATELINE_ASSIGN_OR_RETURN(held_, pull_(context));
            return absl::OkStatus();
          },
          [](absl::string_view what) {
            obs::Log(obs::Level::kError, "reading for a stream threw", {{"error", what}});
            return error::Internal("a stream failed");
          });
      if (!status.ok() || (!held_.has_value() && when_empty_ == WhenEmpty::kEnd)) End(status);
      if (!held_.has_value()) return false;
    }
    if (queue_.TryWrite(*held_) != Offer::kTaken) return false;
    held_.reset();
    return true;
  }

  BoundedExecutor& executor_;
  const Pull pull_;
  const WhenEmpty when_empty_;
  std::atomic<int> signals_{0};
  std::optional<Response> held_;  // Touched by the running step only.
  WriteQueue<Response> queue_;
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_STREAM_PUMP_H_
