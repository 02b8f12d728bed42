#ifndef DATELINE_COMMON_RPC_STREAM_TWO_WAY_H_
#define DATELINE_COMMON_RPC_STREAM_TWO_WAY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"
#include "common/rpc/stream/registry.h"
#include "common/rpc/stream/write_queue.h"

namespace dateline::rpc {

// How much may be in hand before a two-way stream is read on.
struct InHandBounds {
  size_t messages;  // read, and their answers not written yet
  size_t bytes;     // of what was read and is not answered yet
};

// The rules of a two-way stream that answers every message, without its transport: one read and one
// write are under way at a time, it is read on only while there is room in hand, answers are
// written in order, the end comes once and last. Both are proto messages. Thread-safe.
template <typename Request, typename Response>
class TwoWay final : public OpenStream {
 public:
  // Called from any thread, never under a lock.
  struct Transport {
    // Begins to read; then Took or NoMore, or End if what came cannot be taken.
    std::function<void()> start_read;
    // Begins to write; the message stays where it is until WriteDone.
    std::function<void(const Response*)> start_write;
    // Ends the stream; called once, when nothing else is being called, and nothing is called later.
    std::function<void(const absl::Status&)> finish;
  };

  // What is done with the messages; never called under a lock.
  struct Work {
    // Takes a message. One call at a time, in order.
    std::function<void(Request)> take;
    // No more messages come: what is there is answered, then Finish is called.
    std::function<void()> no_more;
    // Finish is to be called, with `status`, when what is being answered is. May be called
    // repeatedly.
    std::function<void(const absl::Status&)> end;
  };

  // The work, which `make_work` gives, must not own the stream.
  static std::shared_ptr<TwoWay> Create(
      InHandBounds bounds, Transport transport,
      const std::function<Work(std::weak_ptr<TwoWay>)>& make_work) {
    const auto stream = std::shared_ptr<TwoWay>(new TwoWay(bounds, std::move(transport)));
    stream->work_ = make_work(stream);
    return stream;
  }

  // Begins to read, unless the stream was ended before.
  void Begin() { Go(); }

  // The transport has read a message.
  void Took(Request message) {
    {
      MutexLock lock(mutex_);
      ++messages_;
      bytes_ += message.ByteSizeLong();
    }
    work_.take(std::move(message));
    {
      // Not before: messages are taken one by one.
      MutexLock lock(mutex_);
      reading_ = false;
    }
    Go();
  }

  // The transport has read that no more comes.
  void NoMore() { work_.no_more(); }

  // The transport has written an answer, or could not.
  void WriteDone(bool ok) {
    if (!ok) Cancel();
    queue_.WriteDone(ok);
    {
      MutexLock lock(mutex_);
      --messages_;
    }
    Go();
  }

  // The other side has gone.
  void Cancel() {
    queue_.Cancel();
    End(error::Cancelled());
  }

  void End(const absl::Status& status) override {
    {
      MutexLock lock(mutex_);
      stopped_ = true;
    }
    work_.end(status);
  }

  // The work answers those messages that come next, `bytes` in all.
  void Answer(std::vector<Response> answers, size_t bytes) {
    for (Response& answer : answers) queue_.TryWrite(std::move(answer));
    {
      MutexLock lock(mutex_);
      bytes_ -= bytes;
    }
    Go();
  }

  // The work is over: the stream ends with `status` once what was answered is written.
  void Finish(const absl::Status& status) {
    {
      MutexLock lock(mutex_);
      stopped_ = true;
      is_work_over_ = true;
    }
    queue_.End(status);
    Go();
  }

 private:
  TwoWay(InHandBounds bounds, Transport transport)
      : bounds_(bounds),
        transport_(std::move(transport)),
        // What is in hand bounds what waits to be written.
        queue_({SIZE_MAX, SIZE_MAX},
               {transport_.start_write, [this](const absl::Status& status) { WritesOver(status); },
                /*on_ready=*/nullptr}) {}

  // Does what is due: reads on if there is room, or finishes if all is over.
  void Go() {
    for (int started = 0;; started = 1) {
      std::optional<absl::Status> finish;
      {
        MutexLock lock(mutex_);
        starting_ -= started;
        if (!reading_ && !stopped_ && messages_ < bounds_.messages && bytes_ < bounds_.bytes) {
          reading_ = true;
          ++starting_;
        } else if (is_work_over_ && final_status_.has_value() && starting_ == 0) {
          finish = std::exchange(final_status_, std::nullopt);
        } else {
          return;
        }
      }
      if (finish.has_value()) return transport_.finish(*finish);
      transport_.start_read();
    }
  }

  // No answer is written any more, and none is under way.
  void WritesOver(const absl::Status& status) {
    {
      MutexLock lock(mutex_);
      final_status_ = status;
    }
    Go();
  }

  const InHandBounds bounds_;
  const Transport transport_;
  Work work_;
  WriteQueue<Response> queue_;
  Mutex mutex_;
  size_t messages_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  int starting_ ABSL_GUARDED_BY(mutex_) = 0;      // calls of start_read that have not returned
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;  // no more is read
  bool is_work_over_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> final_status_ ABSL_GUARDED_BY(mutex_);  // when writing is over
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_STREAM_TWO_WAY_H_
