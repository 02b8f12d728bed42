#ifndef DATELINE_COMMON_RPC_TLS_H_
#define DATELINE_COMMON_RPC_TLS_H_

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace dateline::rpc {

// PEM files of one side of TLS. They are watched, and new connections use what has changed within
// ten seconds.
struct TlsFiles {
  std::string certificate;  // With the chain that leads to it.
  std::string key;
  std::string authority;  // Who signs for the other side.
};

// A server with a certificate; with an authority, every client must show one that it signed.
// FAILED_PRECONDITION if a file is missing or cannot be read.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerTls(const TlsFiles& files);

// A client's side; without an authority there is no TLS.
std::shared_ptr<grpc::ChannelCredentials> ChannelTls(const TlsFiles& files);

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_TLS_H_
