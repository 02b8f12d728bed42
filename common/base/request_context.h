#ifndef DATELINE_COMMON_BASE_REQUEST_CONTEXT_H_
#define DATELINE_COMMON_BASE_REQUEST_CONTEXT_H_

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/caller.h"
#include "common/base/clock.h"

namespace dateline {

// What a handler knows of the call that it serves, whatever the transport: until when an answer is
// of use, whether the caller is still there, and who it is. Copyable; thread-safe as long as
// `cancelled` is.
class RequestContext {
 public:
  // `deadline` is an instant of Clock::Elapsed(), InfiniteDuration() for none. `cancelled` tells
  // whether the caller has gone; it must be callable from any thread for as long as this object
  // lives.
  RequestContext(Clock* clock, absl::Duration deadline, std::function<bool()> cancelled,
                 Caller caller)
      : clock_(clock),
        deadline_(deadline),
        cancelled_(std::move(cancelled)),
        caller_(std::move(caller)) {}
  // For work of the system itself, which has no roles: `worker` names it.
  RequestContext(Clock* clock, absl::Duration deadline, std::function<bool()> cancelled,
                 std::string worker)
      : RequestContext(clock, deadline, std::move(cancelled), Caller{std::move(worker), 0}) {}

  // A context without a deadline for work that no caller waits for. `caller` names the worker.
  static RequestContext Background(std::string caller) {
    return RequestContext(
        RealClock(), absl::InfiniteDuration(), [] { return false; }, std::move(caller));
  }

  // The instant of Clock::Elapsed() after which the answer is useless.
  absl::Duration deadline() const { return deadline_; }

  // Time left until the deadline; negative when it has passed.
  absl::Duration remaining() const {
    return deadline_ == absl::InfiniteDuration() ? deadline_ : deadline_ - clock_->Elapsed();
  }

  bool cancelled() const { return cancelled_(); }

  // The caller's subject: the name in its certificate, or "local". Empty if it is unknown.
  const std::string& caller() const { return caller_.subject; }

  // The caller with its roles.
  const Caller& identity() const { return caller_; }

  // CANCELLED or DEADLINE_EXCEEDED when going on is pointless, else OK. Cheap: call it between
  // steps.
  absl::Status Check() const {
    if (cancelled()) return absl::CancelledError("the caller cancelled the call");
    if (remaining() <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError("the call's deadline has passed");
    }
    return absl::OkStatus();
  }

  // The same call with an earlier deadline: at most `limit` from now.
  RequestContext WithTimeout(absl::Duration limit) const {
    RequestContext copy = *this;
    copy.deadline_ = std::min(deadline_, clock_->Elapsed() + limit);
    return copy;
  }

 private:
  Clock* clock_;
  absl::Duration deadline_;
  std::function<bool()> cancelled_;
  Caller caller_;
};

}  // namespace dateline

#endif  // DATELINE_COMMON_BASE_REQUEST_CONTEXT_H_
