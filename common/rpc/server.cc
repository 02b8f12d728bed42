#include "common/rpc/server.h"

#include <google/protobuf/stubs/logging.h>
#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <mutex>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/rpc/gate.h"
#include "common/rpc/generic_gate.h"
#include "common/rpc/tls.h"

namespace dateline::rpc {
namespace {

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Credentials(const ServerOptions& options) {
  const TlsFiles files{options.tls_certificate_file, options.tls_key_file,
                       options.tls_client_ca_file};
  if (!files.certificate.empty() || !files.key.empty()) return ServerTls(files);
  if (IsLoopback(options.address)) return grpc::InsecureServerCredentials();
  return absl::FailedPreconditionError(
      absl::StrCat("without TLS only loopback addresses are served, not ", options.address,
                   "; give a certificate and a key"));
}

// The plugins are process-wide and must be there before the first builder.
void InitialisePluginsOnce() {
  static std::once_flag once;
  std::call_once(once, [] {
    // A line for each text that is no UTF-8 would be a caller's to fill the log with.
    google::protobuf::SetLogHandler(nullptr);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::channelz::experimental::InitChannelzService();
  });
}

void SetChannelArguments(const ServerOptions& options, grpc::ServerBuilder* builder) {
  // A compressed message is unpacked before its size is looked at: a megabyte of gzip can hold a
  // gigabyte. gRPC refuses it with UNIMPLEMENTED.
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->SetMaxReceiveMessageSize(static_cast<int>(options.max_receive_bytes));
  builder->SetMaxSendMessageSize(static_cast<int>(options.max_send_bytes));
  // Clients may ping an idle connection twice a minute; a server pings one that is silent for two.
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 30'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 120'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  // A port that somebody else listens on is an error, not to be shared.
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  if (options.max_connection_age != absl::InfiniteDuration()) {
    builder->AddChannelArgument(
        GRPC_ARG_MAX_CONNECTION_AGE_MS,
        static_cast<int>(absl::ToInt64Milliseconds(options.max_connection_age)));
    builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                                static_cast<int>(absl::ToInt64Milliseconds(options.drain_timeout)));
  }
}

}  // namespace

bool IsLoopback(const std::string& address) {
  return absl::StartsWith(address, "127.") || absl::StartsWith(address, "[::1]:") ||
         absl::StartsWith(address, "localhost:") || absl::StartsWith(address, "unix:");
}

Server::Server(const ServerOptions& options, std::vector<std::string> names)
    : drain_timeout_(options.drain_timeout), names_(std::move(names)) {}

Server::~Server() { Drain(); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      const std::vector<NamedService>& services) {
  InitialisePluginsOnce();
  DATELINE_ASSIGN_OR_RETURN(const auto credentials, Credentials(options));
  std::vector<std::string> names;
  grpc::ServerBuilder builder;
  SetChannelArguments(options, &builder);
  if (options.runtime != nullptr) builder.SetOption(GateGenericServices(options.runtime));
  for (const NamedService& service : services) {
    PutGateBefore(service.service, options.runtime);
    builder.RegisterService(service.service);
    names.push_back(service.name);
  }
  std::unique_ptr<Server> server(new Server(options, std::move(names)));
  builder.AddListeningPort(options.address, credentials, &server->port_);
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr ||
      (server->port_ == 0 && !absl::StartsWith(options.address, "unix:"))) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options.address, "; is the port in use?"));
  }
  if (!options.health_address.empty()) {
    DATELINE_ASSIGN_OR_RETURN(server->health_, HealthServer::Start(options.health_address));
  }
  server->SetServing(false);
  return server;
}

void Server::SetServing(bool serving) {
  MutexLock lock(health_mutex_);
  if (!draining_) SetHealth(serving);
}

void Server::SetHealth(bool serving) {
  auto* const health = server_->GetHealthCheckService();
  health->SetServingStatus(serving);
  for (const std::string& name : names_) health->SetServingStatus(name, serving);
  health->SetServingStatus("", serving);
  if (health_ == nullptr) return;
  for (const std::string& name : names_) health_->Set(name, serving);
  health_->Set("", serving);
}

void Server::Drain() {
  {
    MutexLock lock(health_mutex_);
    if (draining_ || server_ == nullptr) return;
    draining_ = true;
    SetHealth(false);
  }
  server_->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(drain_timeout_));
  server_->Wait();
}

TerminationSignals::TerminationSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

std::optional<int> TerminationSignals::WaitFor(absl::Duration time) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  const timespec timeout = absl::ToTimespec(time);
  const int received = sigtimedwait(&signals, nullptr, &timeout);
  if (received < 0) return std::nullopt;
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  return received;
}

}  // namespace dateline::rpc
