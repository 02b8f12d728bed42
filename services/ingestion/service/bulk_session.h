#ifndef DATELINE_SERVICES_INGESTION_SERVICE_BULK_SESSION_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_BULK_SESSION_H_

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/executor.h"
#include "common/base/mutex.h"
#include "common/base/request_context.h"
#include "services/ingestion/service/bulk_handlers.h"

namespace dateline::ingestion::service {

// One stream of articles, without its transport: collects items into batches, prepares two batches
// at a time while an earlier one is being delivered, and acknowledges in order. At most
// kMaxItemsAhead items and about kMaxBytesAhead are in hand; then the transport is told not to read
// on. All work is done on the executor, which a stream uses three threads of at most. Thread-safe.
// Hold it by shared_ptr.
class BulkSession : public std::enable_shared_from_this<BulkSession> {
 public:
  // Enough for a batch that is being delivered, two that are prepared and one that is read.
  static constexpr size_t kMaxItemsAhead = 1'000;
  static constexpr size_t kMaxBytesAhead = size_t{16} << 20;
  // So long a batch that is not full waits for more, and for as long as others are before it.
  static constexpr absl::Duration kLinger = absl::Milliseconds(3);

  // What the transport does, from any thread, never under a lock. When `finish` is called, no other
  // one is under way, and none is called later.
  struct Transport {
    // Writes acknowledgements, and calls Written when they are on their way.
    std::function<void(BulkAnswers)> acknowledge;
    // Reads on, after Take has returned false.
    std::function<void()> read_on;
    // Ends the stream, once what was acknowledged is written. Called once.
    std::function<void(const absl::Status&)> finish;
    // Calls LingerOver after kLinger.
    std::function<void()> start_linger;
  };

  // What is done with a batch, on the executor: BulkHandlers' two halves.
  struct Work {
    std::function<absl::StatusOr<PreparedItems>(const RequestContext&, const std::string& source,
                                                const BulkItems&)>
        prepare;
    std::function<absl::StatusOr<BulkAnswers>(const RequestContext&, PreparedItems)> deliver;
  };

  // What `work` refers to and `executor` must outlive it; `context` is the stream's.
  static std::shared_ptr<BulkSession> Start(Work work, BoundedExecutor& executor, Clock* clock,
                                            RequestContext context, Transport transport) {
    return std::shared_ptr<BulkSession>(new BulkSession(std::move(work), executor, clock,
                                                        std::move(context), std::move(transport)));
  }

  // Takes an item. False if the transport is not to read on until it is told.
  bool Take(v1::IngestArticlesRequest item);
  // No more items come: what is there is delivered, then the stream ends well.
  void NoMoreItems();
  // See Transport.
  void LingerOver();
  void Written(size_t answers);
  // Takes and delivers no more; ends the stream with `status` when what is being delivered is
  // acknowledged.
  void End(const absl::Status& status);

 private:
  // A batch from the first item that is in it until it is acknowledged.
  struct Batch {
    std::string source;
    BulkItems items;
    size_t bytes = 0;
    bool preparing = false;
    std::optional<absl::StatusOr<PreparedItems>> prepared;
  };
  using BatchPtr = std::shared_ptr<Batch>;

  // What is to be done without the lock.
  struct Actions {
    std::vector<BatchPtr> prepare;
    BatchPtr deliver;
    bool read_on = false;
    bool start_linger = false;
    std::optional<absl::Status> finish;

    // Whether there is something to do that the end of the stream must wait for.
    bool delay_finish() const {
      return !prepare.empty() || deliver != nullptr || read_on || start_linger;
    }
  };

  BulkSession(Work work, BoundedExecutor& executor, Clock* clock, RequestContext context,
              Transport transport);

  bool IsFull(const Batch& batch) const;
  bool HasRoom() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseBatch() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Append(v1::IngestArticlesRequest item) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What can be done now that something has changed, for Do, which must be called.
  Actions Next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Actions Find() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Do(Actions actions);
  void Submit(void (BulkSession::*work)(const BatchPtr&), const BatchPtr& batch);
  void Prepare(const BatchPtr& batch);
  void Deliver(const BatchPtr& batch);

  const Work work_;
  BoundedExecutor& executor_;
  Clock* const clock_;
  const RequestContext context_;
  const Transport transport_;

  Mutex mutex_;
  std::string source_ ABSL_GUARDED_BY(mutex_);  // of the last item that named one
  absl::Time last_received_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  BatchPtr open_ ABSL_GUARDED_BY(mutex_);                // takes items
  std::deque<BatchPtr> closed_ ABSL_GUARDED_BY(mutex_);  // in order; the first may be in delivery
  int preparing_ ABSL_GUARDED_BY(mutex_) = 0;
  bool delivering_ ABSL_GUARDED_BY(mutex_) = false;
  bool lingering_ ABSL_GUARDED_BY(mutex_) = false;
  bool waited_ ABSL_GUARDED_BY(mutex_) = false;  // for more items, long enough
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool no_more_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  int doing_ ABSL_GUARDED_BY(mutex_) = 0;  // calls of Do that may still call the transport
  std::optional<absl::Status> ending_ ABSL_GUARDED_BY(mutex_);
  size_t items_ahead_ ABSL_GUARDED_BY(mutex_) = 0;  // taken and not written yet
  size_t bytes_ahead_ ABSL_GUARDED_BY(mutex_) = 0;  // taken and not delivered yet
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_BULK_SESSION_H_
