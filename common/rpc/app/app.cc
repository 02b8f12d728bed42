#include "common/rpc/app/app.h"

#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "common/rpc/app/memory.h"

namespace dateline::rpc {
namespace {

// How often memory that large requests have left free is given back.
constexpr absl::Duration kMemoryInterval = absl::Seconds(10);

std::string Loopback(int port) { return absl::StrCat("127.0.0.1:", port); }

absl::StatusOr<Callers> ReadCallers(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream list;
  list << in.rdbuf();
  if (!in) return absl::InvalidArgumentError(absl::StrCat("--caller-roles: cannot read ", file));
  absl::StatusOr<Callers> callers = Callers::FromList(list.str());
  if (callers.ok()) return callers;
  return absl::InvalidArgumentError(absl::StrCat("--caller-roles: ", callers.status().message()));
}

}  // namespace

App::App(AppInfo info)
    : info_(std::move(info)),
      parser_(absl::StrCat("dateline-", info_.service), info_.about, info_.version),
      metrics_listen_(Loopback(info_.metrics_port)) {
  BoundPooledMemory();
  // Debian's Abseil looks for cycles among gRPC's locks at each of them: about 4 % of a server's
  // time. Tests go on doing so.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  server_.address = Loopback(info_.port);
  parser_.Address("listen", &server_.address, "where gRPC is served");
  parser_.Address("metrics-listen", &metrics_listen_, "where /metrics is served");
  parser_.Address("health-listen", &server_.health_address,
                  "where health alone is served, without TLS, for probes that speak none; empty: "
                  "nowhere but with the rest");
  parser_.Secret("page-token-key", &page_token_key_,
                 "key that signs page tokens, the same for all processes of this service; made up "
                 "if empty");
  parser_.Duration("drain-timeout", &server_.drain_timeout, absl::ZeroDuration(),
                   "how long calls may go on after SIGTERM");
  parser_.String("log-level", &log_level_, "debug, info, warning or error");
  parser_.String("tls-certificate", &server_.tls_certificate_file,
                 "PEM file; certificate of this server, with its chain");
  parser_.String("tls-key", &server_.tls_key_file, "PEM file; its key");
  parser_.String("tls-client-ca", &server_.tls_client_ca_file,
                 "PEM file; clients must show a certificate that it signed");
  parser_.String("caller-roles", &caller_roles_file_,
                 "file with a line for each caller, with TLS: the name in its certificate and its "
                 "roles; * for all others");
  parser_.String("local-roles", &local_roles_,
                 "roles of callers without TLS, which are on this machine; separated by commas");
  if (!info_.has_peers) return;
  parser_.String("peer-ca", &peer_tls_.authority,
                 "PEM file; the services that this one calls must show a certificate that it "
                 "signed; empty: they are called without TLS");
  parser_.String("peer-certificate", &peer_tls_.certificate,
                 "PEM file; certificate shown to them; tls-certificate if empty");
  parser_.String("peer-key", &peer_tls_.key, "PEM file; its key");
}

absl::Status App::CompleteSettings() {
  obs::Level level;
  if (!obs::ParseLevel(log_level_, &level)) {
    return absl::InvalidArgumentError("--log-level must be debug, info, warning or error");
  }
  obs::InitialiseLog(info_.service, level);
  if (server_.tls_certificate_file.empty() != server_.tls_key_file.empty()) {
    return absl::InvalidArgumentError("--tls-certificate and --tls-key belong together");
  }
  if (peer_tls_.certificate.empty() != peer_tls_.key.empty()) {
    return absl::InvalidArgumentError("--peer-certificate and --peer-key belong together");
  }
  if (server_.tls_certificate_file.empty()) {
    const auto roles = api::ParseRoles(local_roles_);
    if (!roles.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--local-roles: ", roles.status().message()));
    }
    server_.callers = Callers(*roles);
  } else if (caller_roles_file_.empty()) {
    return absl::InvalidArgumentError("--caller-roles is needed with TLS: else nobody has a role");
  } else {
    DATELINE_ASSIGN_OR_RETURN(server_.callers, ReadCallers(caller_roles_file_));
  }
  if (peer_tls_.certificate.empty()) {
    peer_tls_.certificate = server_.tls_certificate_file;
    peer_tls_.key = server_.tls_key_file;
  }
  if (page_token_key_.empty()) {
    page_token_key_ = NewId();
    obs::Log(obs::Level::kWarning, "no page-token-key: page tokens are good for this process only");
  }
  return absl::OkStatus();
}

absl::Status App::Serve(const Start& start) {
  obs::Metrics metrics;
  DATELINE_ASSIGN_OR_RETURN(const auto metrics_server,
                            obs::MetricsServer::Start(metrics_listen_, metrics));
  DATELINE_ASSIGN_OR_RETURN(const std::unique_ptr<Running> running, start(metrics));
  obs::Log(obs::Level::kInfo, "serving", {{"port", running->port()}});
  FreeMemoryReturner memory;
  std::optional<int> signal;
  while (!(signal = signals_.WaitFor(kMemoryInterval)).has_value()) memory.Look();
  obs::Log(obs::Level::kInfo, "draining", {{"signal", *signal}});
  running->Drain();
  return absl::OkStatus();
}

int App::Run(int argc, char** argv, const Start& start, const Complete& complete) {
  const auto outcome = parser_.Parse(argc, argv);
  if (outcome.ok() && *outcome == config::Parser::Outcome::kExit) return 0;
  absl::Status status = outcome.status();
  if (status.ok()) status = CompleteSettings();
  if (status.ok()) status = complete();
  const int failure = status.ok() ? 1 : 2;
  if (status.ok()) status = Serve(start);
  if (status.ok()) return 0;
  std::fprintf(stderr, "dateline-%s: %s\n", info_.service.c_str(),
               std::string(status.message()).c_str());
  return failure;
}

}  // namespace dateline::rpc
