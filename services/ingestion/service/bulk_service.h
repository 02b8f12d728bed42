#ifndef DATELINE_SERVICES_INGESTION_SERVICE_BULK_SERVICE_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_BULK_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <map>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/mutex.h"
#include "common/rpc/raw_bidi.h"
#include "common/rpc/runtime.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "services/ingestion/service/bulk_handlers.h"
#include "services/ingestion/service/bulk_session.h"

namespace dateline::ingestion::service {

// The gRPC shell of IngestArticles. Thread-safe.
class BulkStreams {
 public:
  using Reactor = rpc::RawBidiReactor;

  // Both must outlive all streams.
  BulkStreams(BulkHandlers& handlers, rpc::Runtime& runtime)
      : handlers_(handlers), runtime_(runtime) {}
  // All streams must have ended.
  ~BulkStreams() = default;

  // Serves a new stream. OVERLOADED above kMaxStreams, and when EndAll was called.
  Reactor* Serve(grpc::CallbackServerContext* context);

  // Ends all streams with UNAVAILABLE, each when what it is delivering is acknowledged, and takes
  // no new ones: the server is going down.
  void EndAll();

 private:
  class Stream;
  // Each keeps up to three threads and 16 MiB busy.
  static constexpr size_t kMaxStreams = 32;

  void Forget(uint64_t id);

  BulkHandlers& handlers_;
  rpc::Runtime& runtime_;
  Mutex mutex_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, std::weak_ptr<BulkSession>> sessions_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_BULK_SERVICE_H_
