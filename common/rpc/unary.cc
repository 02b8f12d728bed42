#include "common/rpc/unary.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <utility>

#include "common/base/guard.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "common/rpc/status.h"

namespace dateline::rpc {
namespace {

// A deadline farther away than a hundred years is none.
constexpr int64_t kFarSeconds = int64_t{100} * 366 * 24 * 3'600;

// One call in hand: the reactor lives until gRPC is done with it, and the completion at least as
// long.
class Call final : public grpc::ServerUnaryReactor, public ParkedCall {
 public:
  Call(grpc::CallbackServerContext* context, Runtime& runtime, MethodStats& stats)
      : stats_(stats),
        start_(runtime.clock()->Elapsed()),
        clock_(runtime.clock()),
        // The reactor outlives every use of the context: handlers hold a reference to it.
        context_(ContextOf(*context, runtime, [this] { return cancelled_.load(); })) {}

  void Retain(std::shared_ptr<Call> self) { self_ = std::move(self); }

  void Complete(const absl::Status& status) override {
    if (completed_.exchange(true)) return;
    stats_.Record(status, clock_->Elapsed() - start_, context_.caller());
    Finish(ToGrpcStatus(status));
  }

  const RequestContext& context() const override { return context_; }

 private:
  void OnCancel() override { cancelled_.store(true); }
  void OnDone() override { self_.reset(); }

  MethodStats& stats_;
  const absl::Duration start_;
  Clock* const clock_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> completed_{false};
  const RequestContext context_;
  std::shared_ptr<Call> self_;
};

std::shared_ptr<Call> MakeCall(grpc::CallbackServerContext* context, Runtime& runtime,
                               MethodStats& stats) {
  auto call = std::make_shared<Call>(context, runtime, stats);
  call->Retain(call);
  return call;
}

// gRPC turns an exception into UNIMPLEMENTED without a word; this is the last resort before that.
absl::Status Guarded(const Handler& handler, const RequestContext& context) {
  return RunGuarded([&] { return handler(context); },
                    [](absl::string_view what) {
                      obs::Log(obs::Level::kError, "a handler threw", {{"error", what}});
                      return error::Internal("a handler failed");
                    });
}

absl::Status RunChecked(const Handler& handler, const RequestContext& context) {
  if (context.cancelled()) return error::Cancelled();
  if (context.remaining() <= absl::ZeroDuration()) return error::DeadlineExceeded();
  return Guarded(handler, context);
}

}  // namespace

RequestContext ContextOf(const grpc::CallbackServerContext& context, Runtime& runtime,
                         std::function<bool()> cancelled) {
  absl::Duration deadline = absl::InfiniteDuration();
  // Not context.deadline(): a deadline some centuries away overflows there and is in the past.
  const gpr_timespec left =
      gpr_time_sub(gpr_convert_clock_type(context.raw_deadline(), GPR_CLOCK_REALTIME),
                   gpr_now(GPR_CLOCK_REALTIME));
  if (left.tv_sec < kFarSeconds) {
    deadline =
        runtime.clock()->Elapsed() + absl::Seconds(left.tv_sec) + absl::Nanoseconds(left.tv_nsec);
  }
  return RequestContext(runtime.clock(), deadline, std::move(cancelled), runtime.CallerOf(context));
}

grpc::ServerUnaryReactor* RunUnary(grpc::CallbackServerContext* context, Runtime& runtime,
                                   absl::string_view method, Handler handler) {
  const std::shared_ptr<Call> call = MakeCall(context, runtime, runtime.StatsOf(method));
  Call* const reactor = call.get();
  const bool taken = runtime.executor().TrySubmit([call, handler = std::move(handler)] {
    call->Complete(RunChecked(handler, call->context()));
  });
  if (!taken) call->Complete(error::Overloaded());
  return reactor;
}

grpc::ServerUnaryReactor* RunInline(
    grpc::CallbackServerContext* context, Runtime& runtime, MethodStats& stats,
    const std::function<absl::Status(const RequestContext&)>& handler) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  Clock* const clock = runtime.clock();
  const absl::Duration start = clock->Elapsed();
  const RequestContext request =
      ContextOf(*context, runtime, [context] { return context->IsCancelled(); });
  const absl::Status status = Guarded(handler, request);
  stats.Record(status, clock->Elapsed() - start, request.caller());
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

grpc::ServerUnaryReactor* Park(grpc::CallbackServerContext* context, Runtime& runtime,
                               MethodStats& stats,
                               const std::function<void(std::shared_ptr<ParkedCall>)>& start) {
  const std::shared_ptr<Call> call = MakeCall(context, runtime, stats);
  Call* const reactor = call.get();
  start(call);
  return reactor;
}

}  // namespace dateline::rpc
