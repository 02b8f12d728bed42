#ifndef DATELINE_COMMON_RPC_TWO_WAY_STREAM_H_
#define DATELINE_COMMON_RPC_TWO_WAY_STREAM_H_

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "common/rpc/parse.h"
#include "common/rpc/raw_bidi.h"
#include "common/rpc/runtime.h"
#include "common/rpc/status.h"
#include "common/rpc/stream/two_way.h"
#include "common/rpc/unary.h"

namespace dateline::rpc {

// The server's side of a two-way stream: a TwoWay over gRPC, which each holds the other until gRPC
// is done with the stream.
template <typename Request, typename Response>
class TwoWayStream final : public RawBidiReactor {
 public:
  using Core = TwoWay<Request, Response>;
  // Makes what is done with the messages of a call.
  using MakeWork =
      std::function<typename Core::Work(std::weak_ptr<Core> stream, const RequestContext& call)>;

  // Serves a stream for RawBidiHandler, and records in `stats` how it ended. OVERLOADED if `open`
  // has no place for it. `open`, `runtime` and `stats` must outlive it.
  static RawBidiReactor* Serve(grpc::CallbackServerContext* context, Runtime& runtime,
                               MethodStats& stats, StreamRegistry& open, InHandBounds bounds,
                               const MakeWork& make_work) {
    const auto stream =
        std::shared_ptr<TwoWayStream>(new TwoWayStream(context, runtime, stats, open));
    const auto core = Core::Create(
        bounds,
        {[stream] { stream->StartRead(&stream->incoming_); },
         [stream](const Response* answer) { stream->Write(*answer); },
         [stream](const absl::Status& status) {
           stream->final_status_ = status;
           stream->Finish(ToGrpcStatus(status));
         }},
        [&](std::weak_ptr<Core> weak) { return make_work(std::move(weak), stream->context_); });
    stream->core_ = core;
    if (open.Add(core)) {
      core->Begin();
    } else {
      core->End(error::Overloaded());
    }
    return stream.get();
  }

 private:
  TwoWayStream(grpc::CallbackServerContext* context, Runtime& runtime, MethodStats& stats,
               StreamRegistry& open)
      : stats_(stats),
        open_(open),
        clock_(runtime.clock()),
        start_(clock_->Elapsed()),
        context_(
            ContextOf(*context, runtime, [cancelled = cancelled_] { return cancelled->load(); })) {}

  // No write is hinted to be buffered: with the first one gRPC would keep the initial metadata back
  // too, and the write would never be done.
  void Write(const Response& answer) {
    const grpc::Slice slice(answer.SerializeAsString());
    outgoing_ = grpc::ByteBuffer(&slice, 1);
    StartWrite(&outgoing_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return core_->NoMore();
    Request message;
    const absl::Status read = ParseMessage(&incoming_, &message);
    if (!read.ok()) return core_->End(read);
    core_->Took(std::move(message));
  }

  void OnWriteDone(bool ok) override {
    if (!ok) *cancelled_ = true;
    core_->WriteDone(ok);
  }

  void OnCancel() override {
    *cancelled_ = true;
    core_->Cancel();
  }

  void OnDone() override {
    stats_.Record(final_status_, clock_->Elapsed() - start_, context_.caller());
    open_.Remove(core_.get());
    const std::shared_ptr<Core> last = std::move(core_);
  }

  MethodStats& stats_;
  StreamRegistry& open_;
  Clock* const clock_;
  const absl::Duration start_;
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  const RequestContext context_;
  std::shared_ptr<Core> core_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
  absl::Status final_status_;
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_TWO_WAY_STREAM_H_
