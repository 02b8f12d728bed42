#ifndef DATELINE_COMMON_RPC_APP_APP_H_
#define DATELINE_COMMON_RPC_APP_APP_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/config/config.h"
#include "common/obs/metrics.h"
#include "common/rpc/server.h"
#include "common/rpc/tls.h"

namespace dateline::rpc {

// A server at work.
class Running {
 public:
  virtual ~Running() = default;
  virtual int port() const = 0;
  // Ends calls, streams and background work; later calls have no effect.
  virtual void Drain() = 0;
};

// What a server's program is called and says of itself.
struct AppInfo {
  std::string service;  // "catalog": the program is dateline-catalog, the log says catalog.
  std::string about;
  std::string version;
  int port = 0;  // On loopback, if nothing else is asked for.
  int metrics_port = 0;
  bool has_peers = false;  // Whether it calls other services, so that it has flags for their TLS.
};

// The program of a server: the flags that all of them have, its life from start to drain, its exit
// code. A main declares what its own server needs besides, and starts it:
//
//   rpc::App app({"catalog", "The system of record.", "0.1.0", 7102, 9102});
//   app.parser().Secret("database", &options.database, "…");
//   return app.Run(argc, argv, [&](obs::Metrics& metrics) { … });
//
// Make one at the very start of main, before any thread. Not thread-safe.
class App {
 public:
  explicit App(AppInfo info);

  config::Parser& parser() { return parser_; }
  const std::string& version() const { return info_.version; }

  // Complete from Run's `start` on; a main may set defaults before.
  ServerOptions& server() { return server_; }
  // For channels to the peers. The server's own certificate, unless others are given.
  const TlsFiles& peer_tls() const { return peer_tls_; }
  // Signs page tokens; made up if none is given.
  const std::string& page_token_key() const { return page_token_key_; }

  using Start = std::function<absl::StatusOr<std::unique_ptr<Running>>(obs::Metrics& metrics)>;
  // Checks and completes what `start` needs; its INVALID_ARGUMENT is a fault of the settings.
  using Complete = std::function<absl::Status()>;

  // Reads the settings, starts, waits for a signal, drains. 0 if all went well, 2 for wrong
  // settings, 1 if the server cannot start.
  int Run(
      int argc, char** argv, const Start& start,
      const Complete& complete = [] { return absl::OkStatus(); });

 private:
  absl::Status CompleteSettings();
  absl::Status Serve(const Start& start);

  const AppInfo info_;
  TerminationSignals signals_;
  config::Parser parser_;
  ServerOptions server_;
  TlsFiles peer_tls_;
  std::string metrics_listen_;
  std::string page_token_key_;
  std::string log_level_ = "info";
  std::string caller_roles_file_;
  std::string local_roles_ = "all";
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_APP_APP_H_
