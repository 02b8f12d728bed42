#ifndef DATELINE_COMMON_TESTING_IN_PROCESS_SERVER_H_
#define DATELINE_COMMON_TESTING_IN_PROCESS_SERVER_H_

#include <grpcpp/channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <vector>

#include "common/rpc/gate.h"

namespace dateline::testing {

// A real gRPC server around services, behind the gate that every server has, reached through memory
// instead of a port. `runtime` says which roles callers have; all without one. The services and the
// runtime must outlive it.
class InProcessServer {
 public:
  explicit InProcessServer(const std::vector<grpc::Service*>& services,
                           rpc::Runtime* runtime = nullptr) {
    grpc::ServerBuilder builder;
    for (grpc::Service* service : services) {
      rpc::PutGateBefore(service, runtime);
      builder.RegisterService(service);
    }
    server_ = builder.BuildAndStart();
  }
  ~InProcessServer() { server_->Shutdown(); }

  std::shared_ptr<grpc::Channel> channel() { return server_->InProcessChannel({}); }
  grpc::Server* server() { return server_.get(); }

 private:
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace dateline::testing

#endif  // DATELINE_COMMON_TESTING_IN_PROCESS_SERVER_H_
