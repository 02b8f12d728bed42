#ifndef DATELINE_SERVICES_CATALOG_SERVICE_STREAM_SERVICE_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_STREAM_SERVICE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/executor.h"
#include "common/base/guard.h"
#include "common/base/mutex.h"
#include "common/base/request_context.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "common/rpc/write_stream.h"

namespace dateline::catalog::service {

// Moves answers from where they are read to a stream of responses, on an executor, one step at a
// time for each stream: reads when there is room and something to read, holds what a slow reader
// has no room for. Thread-safe.
template <typename Response>
class StreamPump : public std::enable_shared_from_this<StreamPump<Response>> {
 public:
  // Gives the next response; nothing if there is none now. Called by one thread at a time; may
  // block.
  using Pull =
      std::function<absl::StatusOr<std::optional<Response>>(const RequestContext& context)>;

  // What it means when there is nothing to read.
  enum class WhenEmpty {
    kWait,  // Poke tells when to look again.
    kEnd,   // The stream is complete.
  };

  // Starts a stream. `executor` must outlive it. `on_closed` is called once when the stream has
  // ended.
  static std::shared_ptr<StreamPump> Start(BoundedExecutor& executor, Pull pull,
                                           WhenEmpty when_empty, std::function<void()> on_closed) {
    auto pump = std::shared_ptr<StreamPump>(new StreamPump(executor, std::move(pull), when_empty));
    const std::weak_ptr<StreamPump> weak = pump;
    pump->stream_ = rpc::WriteStream<Response>::Start(
        kMessagesAhead,
        [weak] {
          if (const auto alive = weak.lock()) alive->Poke();
        },
        // Keeps the pump until gRPC is done with the stream.
        [pump, closed = std::move(on_closed)] {
          if (closed) closed();
        });
    return pump;
  }

  // The reactor to hand to gRPC.
  rpc::WriteStream<Response>* reactor() const { return stream_.get(); }

  // There may be something to read, or room to write.
  void Poke() {
    if (signals_.fetch_add(1) > 0) return;  // The running step will look again.
    const bool taken = executor_.TrySubmit([self = this->shared_from_this()] { self->Run(); });
    if (!taken) stream_->End(error::Overloaded());
  }

  // Ends the stream once what was taken is written.
  void End(const absl::Status& status) { stream_->End(status); }

 private:
  // So many messages, of limits::kAnswerByteBudget each, wait in memory for a slow reader.
  static constexpr size_t kMessagesAhead = 2;
  // One read of the database for a stream.
  static constexpr absl::Duration kPullTimeout = absl::Seconds(30);

  StreamPump(BoundedExecutor& executor, Pull pull, WhenEmpty when_empty)
      : executor_(executor), pull_(std::move(pull)), when_empty_(when_empty) {}

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
      if (stream_->closed()) return false;
      const RequestContext context(
          RealClock(), RealClock()->Elapsed() + kPullTimeout,
          [stream = stream_] { return stream->closed(); }, "stream");
      const absl::Status status = RunGuarded(
          [&]() -> absl::Status {
            DATELINE_ASSIGN_OR_RETURN(held_, pull_(context));
            return absl::OkStatus();
          },
          [](absl::string_view what) {
            obs::Log(obs::Level::kError, "reading for a stream threw", {{"error", what}});
            return error::Internal("a stream failed");
          });
      if (!status.ok()) {
        stream_->End(status);
        return false;
      }
      if (!held_.has_value()) {
        if (when_empty_ == WhenEmpty::kEnd) stream_->End(absl::OkStatus());
        return false;
      }
    }
    switch (stream_->TryWrite(*held_)) {
      case rpc::Offer::kTaken:
        held_.reset();
        return true;
      case rpc::Offer::kFull:
      case rpc::Offer::kClosed:
        return false;
    }
    return false;
  }

  BoundedExecutor& executor_;
  const Pull pull_;
  const WhenEmpty when_empty_;
  std::shared_ptr<rpc::WriteStream<Response>> stream_;
  std::atomic<int> signals_{0};
  std::optional<Response> held_;  // Touched by the running step only.
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_STREAM_SERVICE_H_
