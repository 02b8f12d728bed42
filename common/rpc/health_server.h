#ifndef DATELINE_COMMON_RPC_HEALTH_SERVER_H_
#define DATELINE_COMMON_RPC_HEALTH_SERVER_H_

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace dateline::rpc {

// grpc.health.v1 and nothing else, without TLS, on a port of its own: for the probes of kubelet,
// which speak no TLS. Whoever can reach it learns whether the services are well. Thread-safe.
class HealthServer {
 public:
  // Needs gRPC's default health service to be enabled in the process. UNAVAILABLE if the port
  // cannot be bound.
  static absl::StatusOr<std::unique_ptr<HealthServer>> Start(const std::string& address);
  // Ends all calls.
  ~HealthServer();

  int port() const { return port_; }
  // Sets what is answered for a service's full name; "" is the whole server.
  void Set(const std::string& service, bool serving);

 private:
  HealthServer() = default;

  grpc::CallbackGenericService others_;  // Answers UNIMPLEMENTED.
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_HEALTH_SERVER_H_
