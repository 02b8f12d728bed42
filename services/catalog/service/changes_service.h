#ifndef DATELINE_SERVICES_CATALOG_SERVICE_CHANGES_SERVICE_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_CHANGES_SERVICE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>

#include "absl/base/thread_annotations.h"
#include "common/base/executor.h"
#include "common/base/mutex.h"
#include "common/rpc/unimplemented.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/changes_service.grpc.pb.h"
#include "services/catalog/feed/change_feed.h"
#include "services/catalog/service/stream_service.h"

namespace dateline::catalog::service {

// The gRPC shell of what replicas and consumers follow. What is not built yet answers
// UNIMPLEMENTED. Everything that it is given must outlive it, and its calls.
class ChangesService final : public v1::ChangesService::CallbackService {
 public:
  // What the service works with.
  struct Parts {
    feed::ChangeFeed& feed;
    const tokens::PageTokenCodec& codec;
    BoundedExecutor& streams;  // Runs the steps of the streams; they read from the database.
    std::atomic<int>& open_streams;
    int max_exports;  // Open at once; each holds some answers in memory while its reader is slow.
    int max_streams;  // Of changes, likewise.
  };

  explicit ChangesService(const Parts& parts) : parts_(parts) {}
  ~ChangesService() override;

  // Ends all streams, with UNAVAILABLE, and takes no new ones: the server is going down.
  void EndStreams();

  using Context = grpc::CallbackServerContext;

  grpc::ServerWriteReactor<v1::ExportResourcesResponse>* ExportResources(
      Context* context, const v1::ExportResourcesRequest* request) override;
  grpc::ServerWriteReactor<v1::StreamChangesResponse>* StreamChanges(
      Context* context, const v1::StreamChangesRequest* request) override;

  DATELINE_UNARY_NOT_IMPLEMENTED(v1, RegisterConsumer)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, AcknowledgeTakedown)
  DATELINE_UNARY_NOT_IMPLEMENTED(v1, ListTakedownReceipts)

 private:
  enum class StreamKind { kExport, kChanges };
  struct OpenStream {
    StreamKind kind;
    std::function<void(const absl::Status&)> end;
  };

  // Remembers how to end a stream; 0 if no more streams of its kind are taken.
  uint64_t Register(StreamKind kind, std::function<void(const absl::Status&)> end);
  void Forget(uint64_t id);

  const Parts parts_;
  Mutex mutex_;
  CondVar forgotten_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<uint64_t, OpenStream> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_CHANGES_SERVICE_H_
