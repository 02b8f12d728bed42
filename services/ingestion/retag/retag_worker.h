#ifndef DATELINE_SERVICES_INGESTION_RETAG_RETAG_WORKER_H_
#define DATELINE_SERVICES_INGESTION_RETAG_RETAG_WORKER_H_

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "services/ingestion/retag/retag.h"

namespace dateline::ingestion::retag {

struct WorkerOptions {
  // How often an idle worker looks for operations of others.
  absl::Duration idle = absl::Seconds(1);
  // How long a process is waited for that says nothing. Pages take far less.
  absl::Duration lease = absl::Seconds(15);
};

// Works at the operations in the background, one at a time among all processes. Outages of the
// catalog and the database are waited out; another error ends the operation. Thread-safe.
class RetagWorker {
 public:
  // Starts. What `dependencies` refers to must outlive it.
  RetagWorker(Dependencies dependencies, WorkerOptions options);
  // Stops; the operation under way is given back.
  ~RetagWorker();
  RetagWorker(const RetagWorker&) = delete;
  RetagWorker& operator=(const RetagWorker&) = delete;

  // There is something to do.
  void Wake();

 private:
  void Run();
  void WorkAt(const RequestContext& context, Operation operation);
  bool stopping();
  // Waits for `limit`, or for Wake if `wakes`.
  void Rest(absl::Duration limit, bool wakes);

  const Dependencies dependencies_;
  const WorkerOptions options_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dateline::ingestion::retag

#endif  // DATELINE_SERVICES_INGESTION_RETAG_RETAG_WORKER_H_
