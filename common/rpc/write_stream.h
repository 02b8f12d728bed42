#ifndef DATELINE_COMMON_RPC_WRITE_STREAM_H_
#define DATELINE_COMMON_RPC_WRITE_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"
#include "common/rpc/status.h"

namespace dateline::rpc {

// What became of an offered message.
enum class Offer {
  kTaken,   // it will be written
  kFull,    // the reader is slow: offer again after on_ready
  kClosed,  // the reader has gone or the stream was ended
};

// The server's side of a response stream, fed from any thread. One write is under way at a time;
// what waits is bounded by `limit` messages. Thread-safe. Hold it by shared_ptr: it also keeps
// itself until gRPC is done.
template <typename Response>
class WriteStream final : public grpc::ServerWriteReactor<Response> {
 public:
  // `on_ready` is called, from a gRPC thread and never under a lock, when there is room again after
  // kFull; `on_closed` once when the stream ends for whatever reason. Both must not block.
  static std::shared_ptr<WriteStream> Start(size_t limit, std::function<void()> on_ready,
                                            std::function<void()> on_closed) {
    auto stream = std::shared_ptr<WriteStream>(
        new WriteStream(limit, std::move(on_ready), std::move(on_closed)));
    stream->self_ = stream;
    return stream;
  }

  Offer TryWrite(Response message) {
    const Response* next = nullptr;
    {
      MutexLock lock(mutex_);
      if (closed_ || ending_) return Offer::kClosed;
      if (queue_.size() >= limit_) {
        starved_ = true;
        return Offer::kFull;
      }
      queue_.push_back(std::move(message));
      if (!writing_) {
        writing_ = true;
        next = &queue_.front();
      }
    }
    // Without the lock: gRPC may call back from within. The front stays where it is until
    // OnWriteDone.
    if (next != nullptr) this->StartWrite(next);
    return Offer::kTaken;
  }

  // Ends the stream with `status` once what was taken is written. Later calls have no effect.
  void End(const absl::Status& status) {
    {
      MutexLock lock(mutex_);
      if (closed_ || ending_) return;
      ending_ = true;
      final_status_ = status;
      if (writing_) return;
      closed_ = true;
    }
    this->Finish(ToGrpcStatus(status));
  }

  bool closed() const {
    MutexLock lock(mutex_);
    return closed_;
  }

 private:
  WriteStream(size_t limit, std::function<void()> on_ready, std::function<void()> on_closed)
      : limit_(limit), on_ready_(std::move(on_ready)), on_closed_(std::move(on_closed)) {}

  void OnWriteDone(bool ok) override {
    const Response* next = nullptr;
    bool ready = false;
    bool finish = false;
    absl::Status status;
    {
      MutexLock lock(mutex_);
      queue_.pop_front();
      writing_ = false;
      if (!ok || cancelled_) {
        queue_.clear();
        finish = !closed_;
        closed_ = true;
        status = error::Cancelled();
      } else if (!queue_.empty()) {
        writing_ = true;
        next = &queue_.front();
      } else if (ending_) {
        finish = !closed_;
        closed_ = true;
        status = final_status_;
      }
      if (starved_ && !closed_ && queue_.size() <= limit_ / 2) {
        starved_ = false;
        ready = true;
      }
    }
    if (next != nullptr) this->StartWrite(next);
    if (finish) this->Finish(ToGrpcStatus(status));
    if (ready && on_ready_) on_ready_();
  }

  void OnCancel() override {
    {
      MutexLock lock(mutex_);
      cancelled_ = true;
      if (closed_ || writing_) return;
      closed_ = true;
    }
    this->Finish(ToGrpcStatus(error::Cancelled()));
  }

  void OnDone() override {
    if (on_closed_) on_closed_();
    on_closed_ = nullptr;
    on_ready_ = nullptr;
    const std::shared_ptr<WriteStream> last = std::move(self_);
  }

  const size_t limit_;
  std::function<void()> on_ready_;
  std::function<void()> on_closed_;
  std::shared_ptr<WriteStream> self_;
  mutable Mutex mutex_;
  std::deque<Response> queue_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool starved_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status final_status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_WRITE_STREAM_H_
