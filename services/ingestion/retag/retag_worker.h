#ifndef DATELINE_SERVICES_INGESTION_RETAG_RETAG_WORKER_H_
#define DATELINE_SERVICES_INGESTION_RETAG_RETAG_WORKER_H_

#include "absl/time/time.h"
#include "common/base/worker.h"
#include "services/ingestion/retag/retag.h"

namespace dateline::ingestion::retag {

struct WorkerOptions {
  // How often an idle worker looks for operations of others.
  absl::Duration idle = absl::Seconds(1);
  // How long a process is waited for that says nothing. Pages take far less.
  absl::Duration lease = absl::Seconds(15);
};

// Works at the operations in the background, one at a time among all processes. Outages of the
// catalog and the database are waited out; another error ends the operation. At its end the
// operation under way is given back. Thread-safe.
class RetagWorker {
 public:
  // Starts. What `dependencies` refers to must outlive it.
  RetagWorker(Dependencies dependencies, WorkerOptions options);

  // There is something to do.
  void Wake() { worker_.Wake(); }

 private:
  absl::Duration Step(Worker& worker);
  void WorkAt(const RequestContext& context, Worker& worker, Operation operation);

  const Dependencies dependencies_;
  const WorkerOptions options_;
  Worker worker_;
};

}  // namespace dateline::ingestion::retag

#endif  // DATELINE_SERVICES_INGESTION_RETAG_RETAG_WORKER_H_
