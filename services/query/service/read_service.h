#ifndef DATELINE_SERVICES_QUERY_SERVICE_READ_SERVICE_H_
#define DATELINE_SERVICES_QUERY_SERVICE_READ_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/runtime.h"
#include "common/rpc/unary.h"
#include "dateline/content/v1/position.pb.h"
#include "services/query/replica/replica.h"

namespace dateline::query::service {

// The position of a request's `min_position`; nullopt for none. INVALID_POSITION.
absl::StatusOr<std::optional<content::v1::LogPosition>> MinPosition(const std::string& token);

// `handler`, and the cache tags of what it answers as metadata if the call asks for them
// (cache_tags.h). `tags` gives them once the answer is there.
rpc::Handler WithCacheTags(grpc::CallbackServerContext* context, rpc::Handler handler,
                           std::function<std::string()> tags);

// Runs the handlers of reads: at once if the replica is where the caller wants it, else when it
// gets there; a call that waits is parked without a thread. Thread-safe.
class ReadService {
 public:
  using Handler = std::function<absl::Status(const RequestContext&)>;

  // Where a handler runs: what only touches a little memory on the thread at hand, what reads much
  // on the executor.
  enum class Run { kHere, kOnExecutor };

  // Both must outlive it.
  ReadService(replica::Replica& replica, rpc::Runtime& runtime)
      : replica_(replica), runtime_(runtime) {}

  // Answers at once if the replica is at `position` already (or none is asked for), else when it
  // gets there; `answer` is what the handler fills. POSITION_NOT_REACHED after 5 s,
  // POSITION_EXPIRED for another log or timeline.
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* context, rpc::MethodStats& stats,
                                  absl::StatusOr<std::optional<content::v1::LogPosition>> position,
                                  rpc::Answer answer, Handler handler, Run run = Run::kHere);

 private:
  grpc::ServerUnaryReactor* ServeWhenReached(grpc::CallbackServerContext* context,
                                             rpc::MethodStats& stats,
                                             const content::v1::LogPosition& position,
                                             rpc::Answer answer, Handler handler, Run run);
  // Ends a parked call with what the handler says, on the executor.
  void Submit(const std::shared_ptr<rpc::ParkedCall>& call, const Handler& handler);

  replica::Replica& replica_;
  rpc::Runtime& runtime_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_READ_SERVICE_H_
