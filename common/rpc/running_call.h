#ifndef DATELINE_COMMON_RPC_RUNNING_CALL_H_
#define DATELINE_COMMON_RPC_RUNNING_CALL_H_

#include <grpcpp/client_context.h>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"

namespace dateline::rpc {

// The call that a client has under way, one at a time, which another thread may cancel for good.
// Thread-safe.
class RunningCall {
 public:
  // Makes `context` the one that Cancel ends, until End; false if Cancel came before, and then the
  // call is not to be made.
  bool Begin(grpc::ClientContext* context) {
    MutexLock lock(mutex_);
    if (cancelled_) return false;
    context_ = context;
    return true;
  }

  void End() {
    MutexLock lock(mutex_);
    context_ = nullptr;
  }

  // Ends the call under way, if there is one, and lets none begin.
  void Cancel() {
    MutexLock lock(mutex_);
    cancelled_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }

 private:
  Mutex mutex_;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_RUNNING_CALL_H_
