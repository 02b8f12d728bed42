#ifndef DATELINE_COMMON_RPC_STREAM_WRITE_QUEUE_H_
#define DATELINE_COMMON_RPC_STREAM_WRITE_QUEUE_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"

namespace dateline::rpc {

// What became of an offered message.
enum class Offer {
  kTaken,   // it will be written
  kFull,    // the reader is slow: offer again after `on_ready`
  kClosed,  // the reader has gone or the stream was ended
};

// How much may wait for a reader who is slow. A single message is taken whatever its size.
struct WriteBounds {
  size_t messages = 4;
  size_t bytes = size_t{1} << 20;
};

// The rules of a response stream, without its transport: one write is under way at a time, what
// waits is bounded, the end comes once and last. `Message` is a proto message. Thread-safe. The
// transport's functions are called from any thread, never under a lock.
template <typename Message>
class WriteQueue {
 public:
  struct Transport {
    // Begins to write; the message stays where it is until WriteDone.
    std::function<void(const Message*)> start_write;
    // Ends the stream; called once, when no write is under way.
    std::function<void(const absl::Status&)> finish;
    // There is room again after kFull.
    std::function<void()> on_ready;
  };

  WriteQueue(WriteBounds bounds, Transport transport)
      : bounds_(bounds), transport_(std::move(transport)) {}

  Offer TryWrite(Message message) {
    const size_t bytes = message.ByteSizeLong();
    const Message* next = nullptr;
    {
      MutexLock lock(mutex_);
      if (closed_ || ending_) return Offer::kClosed;
      if (!queue_.empty() &&
          (queue_.size() >= bounds_.messages || bytes_ + bytes > bounds_.bytes)) {
        starved_ = true;
        return Offer::kFull;
      }
      bytes_ += bytes;
      queue_.emplace_back(std::move(message), bytes);
      next = Next();
    }
    if (next != nullptr) transport_.start_write(next);
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
    transport_.finish(status);
  }

  // The transport has written a message, or could not.
  void WriteDone(bool ok) {
    const Message* next = nullptr;
    bool ready = false;
    bool finish = false;
    absl::Status status;
    {
      MutexLock lock(mutex_);
      bytes_ -= queue_.front().second;
      queue_.pop_front();
      writing_ = false;
      if (!ok || cancelled_) {
        queue_.clear();
        finish = !closed_;
        closed_ = true;
        status = error::Cancelled();
      } else if (!queue_.empty()) {
        next = Next();
      } else if (ending_) {
        finish = !closed_;
        closed_ = true;
        status = final_status_;
      }
      ready = starved_ && !closed_ && queue_.size() <= bounds_.messages / 2;
      if (ready) starved_ = false;
    }
    if (next != nullptr) transport_.start_write(next);
    if (finish) transport_.finish(status);
    if (ready && transport_.on_ready) transport_.on_ready();
  }

  // The reader has gone.
  void Cancel() {
    {
      MutexLock lock(mutex_);
      cancelled_ = true;
      if (closed_ || writing_) return;
      closed_ = true;
    }
    transport_.finish(error::Cancelled());
  }

  bool closed() const {
    MutexLock lock(mutex_);
    return closed_;
  }

 private:
  // The message to begin with; none if one is under way.
  const Message* Next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_) return nullptr;
    writing_ = true;
    return &queue_.front().first;
  }

  const WriteBounds bounds_;
  const Transport transport_;
  mutable Mutex mutex_;
  std::deque<std::pair<Message, size_t>> queue_ ABSL_GUARDED_BY(mutex_);  // With its bytes.
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool starved_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status final_status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_STREAM_WRITE_QUEUE_H_
