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

// What is done with one stream of articles, without its transport: collects items into batches,
// prepares two batches at a time while two earlier ones are being delivered, and acknowledges in
// order. The transport bounds what is in hand. All work is done on the executor, which a stream
// uses four threads of at most. Thread-safe. Hold it by shared_ptr.
class BulkSession : public std::enable_shared_from_this<BulkSession> {
 public:
  // So long a batch that is not full waits for more, and for as long as others are before it.
  static constexpr absl::Duration kLinger = absl::Milliseconds(3);

  // What the transport does, from any thread, never under a lock.
  struct Transport {
    // Acknowledges the items that come next, of so many bytes in all. Not called behind `finish`.
    std::function<void(BulkAnswers, size_t bytes)> acknowledge;
    // Ends the stream, once what was acknowledged is written. Called once.
    std::function<void(const absl::Status&)> finish;
    // Calls LingerOver after kLinger.
    std::function<void(std::weak_ptr<BulkSession>)> start_linger;
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

  // Takes an item.
  void Take(v1::IngestArticlesRequest item);
  // No more items come: what is there is delivered, then the stream ends well.
  void NoMoreItems();
  // See Transport.
  void LingerOver();
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
    bool delivering = false;
    std::optional<BulkAnswers> answers;  // once it is delivered
  };
  using BatchPtr = std::shared_ptr<Batch>;

  // What is to be done without the lock.
  struct Actions {
    std::vector<BatchPtr> prepare;
    std::vector<BatchPtr> deliver;
    BatchPtr acknowledge;
    bool start_linger = false;
    std::optional<absl::Status> finish;
  };

  BulkSession(Work work, BoundedExecutor& executor, Clock* clock, RequestContext context,
              Transport transport);

  bool IsFull(const Batch& batch) const;
  void CloseBatch() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Append(v1::IngestArticlesRequest item) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NextDeliveries(Actions* actions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What can be done now that something has changed.
  Actions Next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Go();
  void Submit(void (BulkSession::*work)(const BatchPtr&), const BatchPtr& batch);
  void Prepare(const BatchPtr& batch);
  void Deliver(const BatchPtr& batch);
  void Acknowledge(const BatchPtr& batch);

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
  int delivering_ ABSL_GUARDED_BY(mutex_) = 0;
  bool acknowledging_ ABSL_GUARDED_BY(mutex_) = false;
  bool lingering_ ABSL_GUARDED_BY(mutex_) = false;
  bool waited_ ABSL_GUARDED_BY(mutex_) = false;  // for more items, long enough
  bool no_more_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> ending_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_BULK_SESSION_H_
