#ifndef DATELINE_SERVICES_INGESTION_SERVICE_BULK_SERVICE_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_BULK_SERVICE_H_

#include "common/rpc/raw_bidi.h"
#include "common/rpc/runtime.h"
#include "common/rpc/stream/registry.h"
#include "services/ingestion/service/bulk_handlers.h"

namespace dateline::ingestion::service {

// The gRPC shell of IngestArticles. Thread-safe.
class BulkStreams {
 public:
  // Both must outlive all streams, and the streams must have ended when it is destroyed.
  BulkStreams(BulkHandlers& handlers, rpc::Runtime& runtime)
      : handlers_(handlers), runtime_(runtime) {}

  // Serves a new stream. OVERLOADED above kMaxStreams, and when EndAll was called.
  rpc::RawBidiReactor* Serve(grpc::CallbackServerContext* context);

  // Ends all streams with UNAVAILABLE, each when what it is delivering is acknowledged, and takes
  // no new ones: the server is going down.
  void EndAll() { open_.EndAll(); }

 private:
  // Each keeps up to four threads and 16 MiB busy.
  static constexpr size_t kMaxStreams = 32;

  BulkHandlers& handlers_;
  rpc::Runtime& runtime_;
  rpc::StreamRegistry open_{kMaxStreams};
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_BULK_SERVICE_H_
