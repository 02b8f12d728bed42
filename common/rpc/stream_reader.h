#ifndef DATELINE_COMMON_RPC_STREAM_READER_H_
#define DATELINE_COMMON_RPC_STREAM_READER_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"
#include "common/rpc/status.h"

namespace dateline::rpc {

// Reads a call's stream of answers to its end, on the calling thread. `handle`'s error ends it
// early and is returned; else how it ended, by `convert`.
template <typename Response, typename Handle>
absl::Status ReadAll(grpc::ClientContext& context, grpc::ClientReader<Response>& reader,
                     Handle handle, absl::Status (*convert)(const grpc::Status&) = FromGrpcStatus) {
  Response response;
  absl::Status handled;
  while (handled.ok() && reader.Read(&response)) handled = handle(std::move(response));
  if (!handled.ok()) context.TryCancel();
  const absl::Status finished = convert(reader.Finish());
  return handled.ok() ? finished : handled;
}

// Reads streams that may have no end. One call at a time; Cancel may come from any thread.
class StreamReader {
 public:
  // Begins a call by `start`, which is given its context, and reads it as ReadAll does. CANCELLED
  // after Cancel.
  template <typename Start, typename Handle>
  absl::Status Read(Start start, Handle handle) {
    grpc::ClientContext context;
    {
      MutexLock lock(mutex_);
      if (cancelled_) return error::Cancelled();
      running_ = &context;
    }
    absl::Status status = ReadAll(context, *start(&context), handle);
    MutexLock lock(mutex_);
    running_ = nullptr;
    return status;
  }

  // Ends the call that is under way; there will be no other.
  void Cancel() {
    MutexLock lock(mutex_);
    cancelled_ = true;
    if (running_ != nullptr) running_->TryCancel();
  }

 private:
  Mutex mutex_;
  grpc::ClientContext* running_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_STREAM_READER_H_
