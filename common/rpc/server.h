#ifndef DATELINE_COMMON_RPC_SERVER_H_
#define DATELINE_COMMON_RPC_SERVER_H_

#include <grpcpp/server.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/limits.h"
#include "common/base/mutex.h"
#include "common/rpc/callers.h"
#include "common/rpc/health_server.h"

namespace dateline::rpc {

class Runtime;

// How a server listens and ends.
struct ServerOptions {
  std::string address = "127.0.0.1:0";  // host:port; port 0 takes a free one
  size_t max_receive_bytes = limits::kMaxMessageBytes;
  size_t max_send_bytes = limits::kMaxMessageBytes;
  // Calls under way get this long to end after Drain began; then they are cancelled.
  absl::Duration drain_timeout = absl::Seconds(10);
  // After this age a connection is told to reconnect, so that clients find new servers; with jitter
  // by gRPC.
  absl::Duration max_connection_age = absl::InfiniteDuration();
  // PEM files, read again when they change (replace key and certificate together: by a folder's
  // symbolic link). With all three the clients' certificates are verified. Without the first two
  // the server binds loopback addresses only.
  std::string tls_certificate_file;
  std::string tls_key_file;
  std::string tls_client_ca_file;
  // Where health alone is served, without TLS, for probes that speak none; empty: nowhere but at
  // `address`.
  std::string health_address;
  // Who calls; for the runtime that the server's own is made with.
  Callers callers;
  // Where what is refused before a handler is counted, and who calls; see PutGateBefore. Not owned;
  // without one everybody has all roles.
  Runtime* runtime = nullptr;
};

// A service with the full name by which health is asked for.
struct NamedService {
  std::string name;  // e.g. "dateline.query.v1.QueryService"
  grpc::Service* service;
};

// A running gRPC server with health for everybody, reflection for readers and channelz for admins.
// Thread-safe.
class Server {
 public:
  // FAILED_PRECONDITION if TLS is missing for an address that is not loopback, UNAVAILABLE if the
  // port cannot be bound. Health of every service is NOT_SERVING until SetServing. Services must
  // outlive it.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       const std::vector<NamedService>& services);
  // Drains.
  ~Server();

  int port() const { return port_; }
  // Of the address for health alone; 0 without one.
  int health_port() const { return health_ == nullptr ? 0 : health_->port(); }

  // Sets the health of every service, and of the server as a whole (""). Has no effect once Drain
  // has begun.
  void SetServing(bool serving);

  // NOT_SERVING, no new calls, waits for those under way until the drain timeout, cancels the rest.
  // Streams must be ended by their services, before or during it. Later calls have no effect.
  void Drain();

  grpc::Server* grpc_server() { return server_.get(); }

 private:
  Server(const ServerOptions& options, std::vector<std::string> names);

  void SetHealth(bool serving) ABSL_EXCLUSIVE_LOCKS_REQUIRED(health_mutex_);

  const absl::Duration drain_timeout_;
  const std::vector<std::string> names_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<HealthServer> health_;  // Null without an address of its own.
  Mutex health_mutex_;
  bool draining_ ABSL_GUARDED_BY(health_mutex_) = false;
  int port_ = 0;
};

// SIGINT and SIGTERM as an event. Make one at the very start of main, before any thread: threads
// inherit the blocked signals.
class TerminationSignals {
 public:
  TerminationSignals();
  // Waits for the first signal and returns its number, nullopt if none comes in this time; a second
  // one then ends the process at once.
  std::optional<int> WaitFor(absl::Duration time);
};

// Whether "host:port" (or "unix:…") can be reached from this machine only.
bool IsLoopback(const std::string& address);

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_SERVER_H_
