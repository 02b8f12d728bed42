#ifndef DATELINE_COMMON_RPC_UNARY_H_
#define DATELINE_COMMON_RPC_UNARY_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/request_context.h"
#include "common/rpc/answer_budget.h"
#include "common/rpc/runtime.h"

namespace dateline::rpc {

// A call's logic: fills the response and returns the status.
using Handler = std::function<absl::Status(const RequestContext&)>;

// What a handler may know of a call: deadline, caller, and `cancelled` as given.
RequestContext ContextOf(const grpc::CallbackServerContext& context, Runtime& runtime,
                         std::function<bool()> cancelled);

// Runs a handler that may block on the runtime's executor. Refuses at once with OVERLOADED when its
// queue is full; skips the handler when the deadline has passed or the caller has gone while it
// waited; turns an exception into INTERNAL; records and logs; finishes the call exactly once.
// `method` is a literal. A large `answer` takes its part of the runtime's budget until gRPC is done
// with the call; where there is no room it is dropped, and the call ends with QUOTA_EXCEEDED.
grpc::ServerUnaryReactor* RunUnary(grpc::CallbackServerContext* context, Runtime& runtime,
                                   absl::string_view method, Handler handler, Answer answer = {});

// Runs a handler that never blocks on the calling gRPC thread: reads from memory only. `answer` as
// for RunUnary.
grpc::ServerUnaryReactor* RunInline(
    grpc::CallbackServerContext* context, Runtime& runtime, MethodStats& stats,
    const std::function<absl::Status(const RequestContext&)>& handler, Answer answer = {});

// A call that waits for an event instead of blocking a thread: returns the reactor at once;
// `Complete` ends it from any thread. Owned by the call; a shared_ptr keeps it valid for late
// completions.
class ParkedCall {
 public:
  virtual ~ParkedCall() = default;
  // Ends the call; later calls have no effect.
  virtual void Complete(const absl::Status& status) = 0;
  virtual const RequestContext& context() const = 0;
};

// Starts a parked call: `start` gets it and may complete it at once or later. `answer` as for
// RunUnary.
grpc::ServerUnaryReactor* Park(grpc::CallbackServerContext* context, Runtime& runtime,
                               MethodStats& stats,
                               const std::function<void(std::shared_ptr<ParkedCall>)>& start,
                               Answer answer = {});

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_UNARY_H_
