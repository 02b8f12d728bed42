#ifndef DATELINE_COMMON_RPC_WRITE_STREAM_H_
#define DATELINE_COMMON_RPC_WRITE_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <utility>

#include "common/rpc/status.h"
#include "common/rpc/stream/pump.h"
#include "common/rpc/stream/registry.h"

namespace dateline::rpc {

// The server's side of a response stream: a Pump over gRPC, which each holds the other until gRPC
// is done with the stream.
template <typename Response>
class WriteStream final : public grpc::ServerWriteReactor<Response> {
 public:
  // Given what to call when there may be something to read; returns what to call, once, when the
  // stream has ended.
  using Subscribe = std::function<std::function<void()>(std::function<void()> poke)>;

  // Serves a stream of what `pull` gives, its steps run by `executor`: up to the end of it, or,
  // with `subscribe`, for ever. OVERLOADED if `open` has no place for it. `open` and `executor`
  // must outlive it.
  static grpc::ServerWriteReactor<Response>* Serve(StreamRegistry& open, BoundedExecutor& executor,
                                                   typename Pump<Response>::Pull pull,
                                                   const Subscribe& subscribe = nullptr) {
    const auto stream = std::shared_ptr<WriteStream>(new WriteStream(open));
    const auto pump = std::make_shared<Pump<Response>>(
        executor, std::move(pull), subscribe ? WhenEmpty::kWait : WhenEmpty::kEnd,
        typename WriteQueue<Response>::Transport{
            [stream](const Response* message) { stream->StartWrite(message); },
            [stream](const absl::Status& status) { stream->Finish(ToGrpcStatus(status)); },
            {}});
    stream->pump_ = pump;
    if (!open.Add(pump)) {
      pump->End(error::Overloaded());
      return stream.get();
    }
    if (subscribe) {
      stream->unsubscribe_ = subscribe([weak = std::weak_ptr<Pump<Response>>(pump)] {
        if (const auto alive = weak.lock()) alive->Poke();
      });
    }
    pump->Poke();
    return stream.get();
  }

 private:
  explicit WriteStream(StreamRegistry& open) : open_(open) {}

  void OnWriteDone(bool ok) override { pump_->WriteDone(ok); }
  void OnCancel() override { pump_->Cancel(); }
  void OnDone() override {
    if (unsubscribe_) unsubscribe_();
    open_.Remove(pump_.get());
    const std::shared_ptr<Pump<Response>> last = std::move(pump_);
  }

  StreamRegistry& open_;
  std::function<void()> unsubscribe_;
  std::shared_ptr<Pump<Response>> pump_;
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_WRITE_STREAM_H_
