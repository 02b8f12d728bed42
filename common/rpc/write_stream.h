#ifndef DATELINE_COMMON_RPC_WRITE_STREAM_H_
#define DATELINE_COMMON_RPC_WRITE_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "common/rpc/status.h"
#include "common/rpc/stream/write_queue.h"

namespace dateline::rpc {

// The server's side of a response stream, fed from any thread: a WriteQueue over gRPC. Thread-safe.
// Hold it by shared_ptr: it also keeps itself until gRPC is done.
template <typename Response>
class WriteStream final : public grpc::ServerWriteReactor<Response> {
 public:
  // `messages` may wait, within the bytes of WriteBounds. `on_ready` is called, from a gRPC thread
  // and never under a lock, when there is room again after kFull; `on_closed` once when the stream
  // ends for whatever reason. Both must not block.
  static std::shared_ptr<WriteStream> Start(size_t messages, std::function<void()> on_ready,
                                            std::function<void()> on_closed) {
    WriteBounds bounds;
    bounds.messages = messages;
    auto stream = std::shared_ptr<WriteStream>(
        new WriteStream(bounds, std::move(on_ready), std::move(on_closed)));
    stream->self_ = stream;
    return stream;
  }

  Offer TryWrite(Response message) { return queue_.TryWrite(std::move(message)); }

  // Ends the stream with `status` once what was taken is written. Later calls have no effect.
  void End(const absl::Status& status) { queue_.End(status); }

  bool closed() const { return queue_.closed(); }

 private:
  WriteStream(WriteBounds bounds, std::function<void()> on_ready, std::function<void()> on_closed)
      : on_closed_(std::move(on_closed)),
        queue_(bounds, {[this](const Response* message) { this->StartWrite(message); },
                        [this](const absl::Status& status) { this->Finish(ToGrpcStatus(status)); },
                        std::move(on_ready)}) {}

  void OnWriteDone(bool ok) override { queue_.WriteDone(ok); }
  void OnCancel() override { queue_.Cancel(); }
  void OnDone() override {
    // What it holds may hold this stream.
    const std::function<void()> closed = std::move(on_closed_);
    const std::shared_ptr<WriteStream> last = std::move(self_);
    if (closed) closed();
  }

  std::function<void()> on_closed_;
  std::shared_ptr<WriteStream> self_;
  WriteQueue<Response> queue_;
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_WRITE_STREAM_H_
