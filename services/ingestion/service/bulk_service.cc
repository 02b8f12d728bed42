#include "services/ingestion/service/bulk_service.h"

#include <grpcpp/alarm.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "common/errors/errors.h"
#include "common/rpc/parse.h"
#include "common/rpc/status.h"
#include "common/rpc/unary.h"
#include "common/rpc/unimplemented.h"

namespace dateline::ingestion::service {

// One stream's reactor. gRPC's calls and the session's meet here; acknowledgements wait in a queue,
// which the session's bound on items in hand bounds too. It keeps itself until gRPC is done with
// it, and the session holds it for as long as it may call it.
class BulkStreams::Stream final : public Reactor, public std::enable_shared_from_this<Stream> {
 public:
  Stream(BulkStreams& streams, uint64_t id, grpc::CallbackServerContext* context)
      : streams_(streams),
        id_(id),
        clock_(streams.runtime_.clock()),
        start_(clock_->Elapsed()),
        context_(rpc::ContextOf(*context, streams_.runtime_,
                                [cancelled = cancelled_] { return cancelled->load(); })) {}

  // Begins to read. Not part of the constructor, as others must be able to hold it.
  std::shared_ptr<BulkSession> Begin() {
    self_ = shared_from_this();
    session_ = BulkSession::Start(
        {[&handlers = streams_.handlers_](const RequestContext& call, const std::string& source,
                                          const BulkItems& items) {
           return handlers.Prepare(call, source, items);
         },
         [&handlers = streams_.handlers_](const RequestContext& call, PreparedItems prepared) {
           return handlers.Deliver(call, std::move(prepared));
         }},
        streams_.runtime_.executor(), clock_, context_,
        {[self = self_](BulkAnswers answers) { self->Acknowledge(std::move(answers)); },
         [self = self_] { self->StartRead(&self->incoming_); },
         [self = self_](const absl::Status& status) { self->End(status); },
         [self = self_] { self->StartLinger(); }});
    StartRead(&incoming_);
    return session_;
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return session_->NoMoreItems();
    v1::IngestArticlesRequest item;
    const absl::Status read = rpc::ParseMessage(&incoming_, &item);
    if (!read.ok()) return session_->End(read);
    if (session_->Take(std::move(item))) StartRead(&incoming_);
  }

  void Acknowledge(BulkAnswers answers) {
    {
      MutexLock lock(mutex_);
      for (const v1::IngestArticlesResponse& answer : answers) {
        const grpc::Slice slice(answer.SerializeAsString());
        outgoing_.emplace_back(&slice, 1);
      }
    }
    WriteNext(/*written=*/false);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) OnCancel();
    WriteNext(/*written=*/true);
  }

  // Writes what is first in the queue, or finishes if that is due and nothing is left. No write is
  // hinted to be buffered: with the first one gRPC would keep the initial metadata back too, and
  // the write would never be done.
  void WriteNext(bool written) {
    const grpc::ByteBuffer* next = nullptr;
    std::optional<absl::Status> finish;
    size_t done = 0;
    {
      MutexLock lock(mutex_);
      if (written) {
        outgoing_.pop_front();
        writing_ = false;
        // Told in groups, so that each acknowledgement does not cost two locks more.
        if (++unreported_ >= kReportEvery || outgoing_.empty())
          done = std::exchange(unreported_, 0);
      }
      if (writing_) return;
      if (!outgoing_.empty() && !*cancelled_) {
        writing_ = true;
        next = &outgoing_.front();
      } else if (final_status_.has_value() && !finished_) {
        finished_ = true;
        finish = *final_status_;
      }
    }
    // Without the lock: gRPC may call back from within.
    if (next != nullptr) StartWrite(next);
    if (done > 0) session_->Written(done);
    if (finish.has_value()) Finish(rpc::ToGrpcStatus(*finish));
  }

  void End(const absl::Status& status) {
    {
      MutexLock lock(mutex_);
      final_status_ = *cancelled_ ? error::Cancelled() : status;
    }
    WriteNext(/*written=*/false);
  }

  void StartLinger() {
    // An alarm belongs to one wait; the next one is set only after this one is over.
    alarm_.emplace();
    alarm_->Set(std::chrono::system_clock::now() + absl::ToChronoMicroseconds(BulkSession::kLinger),
                [session = std::weak_ptr<BulkSession>(session_)](bool) {
                  if (const auto alive = session.lock()) alive->LingerOver();
                });
  }

  void OnCancel() override {
    cancelled_->store(true);
    session_->End(error::Cancelled());
  }

  void OnDone() override {
    absl::Status status;
    {
      MutexLock lock(mutex_);
      status = final_status_.value_or(error::Cancelled());
    }
    streams_.runtime_.StatsOf("IngestArticles")
        .Record(status, clock_->Elapsed() - start_, context_.caller());
    streams_.Forget(id_);
    // The session holds this stream, and this stream the session, until here.
    session_.reset();
    const std::shared_ptr<Stream> last = std::move(self_);
  }

  static constexpr size_t kReportEvery = 50;

  BulkStreams& streams_;
  const uint64_t id_;
  Clock* const clock_;
  const absl::Duration start_;
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  const RequestContext context_;
  std::shared_ptr<Stream> self_;
  std::shared_ptr<BulkSession> session_;
  grpc::ByteBuffer incoming_;
  std::optional<grpc::Alarm> alarm_;
  Mutex mutex_;
  std::deque<grpc::ByteBuffer> outgoing_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  size_t unreported_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<absl::Status> final_status_ ABSL_GUARDED_BY(mutex_);
};

BulkStreams::Reactor* BulkStreams::Serve(grpc::CallbackServerContext* context) {
  using Failed = rpc::FailedBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;
  uint64_t id = 0;
  {
    MutexLock lock(mutex_);
    if (ending_ || sessions_.size() >= kMaxStreams) return new Failed(error::Overloaded());
    id = next_id_++;
    sessions_[id];
  }
  const auto stream = std::make_shared<Stream>(*this, id, context);
  const std::shared_ptr<BulkSession> session = stream->Begin();
  bool is_ending;
  {
    MutexLock lock(mutex_);
    is_ending = ending_;
    // It may have ended already.
    if (const auto place = sessions_.find(id); place != sessions_.end()) place->second = session;
  }
  if (is_ending) session->End(error::Overloaded());
  return stream.get();
}

void BulkStreams::EndAll() {
  std::map<uint64_t, std::weak_ptr<BulkSession>> sessions;
  {
    MutexLock lock(mutex_);
    ending_ = true;
    sessions = sessions_;
  }
  for (const auto& [id, session] : sessions) {
    if (const auto alive = session.lock()) alive->End(error::Overloaded());
  }
}

void BulkStreams::Forget(uint64_t id) {
  MutexLock lock(mutex_);
  sessions_.erase(id);
}

}  // namespace dateline::ingestion::service
