#ifndef DATELINE_SERVICES_CATALOG_SERVICE_CHANGES_SERVICE_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_CHANGES_SERVICE_H_

#include "common/base/executor.h"
#include "common/rpc/runtime.h"
#include "common/rpc/stream/registry.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/changes_service.grpc.pb.h"
#include "services/catalog/feed/change_feed.h"
#include "services/catalog/service/consumer_handlers.h"
#include "services/catalog/service/unary_service.h"

namespace dateline::catalog::service {

// The gRPC shell of what replicas and consumers follow. Everything that it is given must outlive
// it, and its calls.
class ChangesService final : public v1::ChangesService::CallbackService {
 public:
  // What the service works with.
  struct Parts {
    feed::ChangeFeed& feed;
    const tokens::PageTokenCodec& codec;
    rpc::Runtime& runtime;     // Runs the calls.
    BoundedExecutor& streams;  // Runs the steps of the streams; they read from the database.
    size_t max_exports;        // Open at once; each holds some answers while its reader is slow.
    size_t max_streams;        // Of changes, likewise.
    // Null in tests that have no consumers: then calls of consumers must not come.
    ConsumerHandlers* consumers = nullptr;
  };

  explicit ChangesService(const Parts& parts)
      : parts_(parts),
        runtime_(parts.runtime),
        exports_(parts.max_exports),
        streams_(parts.max_streams) {}
  ~ChangesService() override { EndStreams(); }

  // Ends all streams, with UNAVAILABLE, and takes no new ones: the server is going down.
  void EndStreams() {
    exports_.EndAll();
    streams_.EndAll();
  }

  // How many streams and exports are open.
  int open_streams() const { return static_cast<int>(exports_.size() + streams_.size()); }

  using Context = grpc::CallbackServerContext;

  grpc::ServerWriteReactor<v1::ExportResourcesResponse>* ExportResources(
      Context* context, const v1::ExportResourcesRequest* request) override;
  grpc::ServerWriteReactor<v1::StreamChangesResponse>* StreamChanges(
      Context* context, const v1::StreamChangesRequest* request) override;

  DATELINE_UNARY_FORWARD(RegisterConsumer, *parts_.consumers)
  DATELINE_UNARY_FORWARD(AcknowledgeTakedown, *parts_.consumers)
  DATELINE_UNARY_FORWARD(ListTakedownReceipts, *parts_.consumers)

 private:
  const Parts parts_;
  rpc::Runtime& runtime_;
  rpc::StreamRegistry exports_;
  rpc::StreamRegistry streams_;  // of changes
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_CHANGES_SERVICE_H_
