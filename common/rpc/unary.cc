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
  Call(grpc::CallbackServerContext* context, Runtime& runtime, MethodStats& stats, Answer answer,
       absl::Duration start)
      : runtime_(runtime),
        stats_(stats),
        answer_(answer),
        start_(start),
        // The reactor outlives every use of the context: handlers hold a reference to it.
        context_(ContextOf(*context, runtime, [this] { return cancelled_.load(); })) {}

  void Retain(std::shared_ptr<Call> self) { self_ = std::move(self); }

  void Complete(const absl::Status& status) override {
    if (completed_.exchange(true)) return;
    const bool fits = !status.ok() || runtime_.answers().Take(answer_.ByteSize(), &share_);
    if (!fits) answer_.Drop();
    const absl::Status end = fits ? status : error::QuotaExceeded(absl::Seconds(1));
    stats_.Record(end, runtime_.clock()->Elapsed() - start_, context_.caller());
    Finish(ToGrpcStatus(end));
  }

  const RequestContext& context() const override { return context_; }

 private:
  void OnCancel() override { cancelled_.store(true); }
  void OnDone() override { self_.reset(); }

  Runtime& runtime_;
  MethodStats& stats_;
  const Answer answer_;
  const absl::Duration start_;
  AnswerBudget::Share share_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> completed_{false};
  const RequestContext context_;
  std::shared_ptr<Call> self_;
};

std::shared_ptr<Call> MakeCall(grpc::CallbackServerContext* context, Runtime& runtime,
                               MethodStats& stats, Answer answer, absl::Duration start) {
  auto call = std::make_shared<Call>(context, runtime, stats, answer, start);
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
                                   absl::string_view method, Handler handler, Answer answer) {
  const std::shared_ptr<Call> call =
      MakeCall(context, runtime, runtime.StatsOf(method), answer, runtime.clock()->Elapsed());
  Call* const reactor = call.get();
  const bool taken = runtime.executor().TrySubmit([call, handler = std::move(handler)] {
    call->Complete(RunChecked(handler, call->context()));
  });
  if (!taken) call->Complete(error::Overloaded());
  return reactor;
}

grpc::ServerUnaryReactor* RunInline(
    grpc::CallbackServerContext* context, Runtime& runtime, MethodStats& stats,
    const std::function<absl::Status(const RequestContext&)>& handler, Answer answer) {
  Clock* const clock = runtime.clock();
  const absl::Duration start = clock->Elapsed();
  const RequestContext request =
      ContextOf(*context, runtime, [context] { return context->IsCancelled(); });
  const absl::Status status = Guarded(handler, request);
  if (status.ok() && !AnswerBudget::IsSmall(answer.ByteSize())) {
    const std::shared_ptr<Call> call = MakeCall(context, runtime, stats, answer, start);
    Call* const holder = call.get();
    call->Complete(status);
    return holder;
  }
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  stats.Record(status, clock->Elapsed() - start, request.caller());
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

grpc::ServerUnaryReactor* Park(grpc::CallbackServerContext* context, Runtime& runtime,
                               MethodStats& stats,
                               const std::function<void(std::shared_ptr<ParkedCall>)>& start,
                               Answer answer) {
  const std::shared_ptr<Call> call =
      MakeCall(context, runtime, stats, answer, runtime.clock()->Elapsed());
  Call* const reactor = call.get();
  start(call);
  return reactor;
}

}  // namespace dateline::rpc
