#include "common/rpc/tls.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace dateline::rpc {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;

constexpr unsigned kWatchSeconds = 5;

// The watcher says nothing about files that are not there, and waits.
absl::Status CheckReadable(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (in && in.peek() != std::ifstream::traits_type::eof()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("cannot read ", file));
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerTls(const TlsFiles& files) {
  DATELINE_RETURN_IF_ERROR(CheckReadable(files.certificate));
  DATELINE_RETURN_IF_ERROR(CheckReadable(files.key));
  grpc::experimental::TlsServerCredentialsOptions options(
      std::make_shared<FileWatcherCertificateProvider>(files.key, files.certificate,
                                                       files.authority, kWatchSeconds));
  options.watch_identity_key_cert_pairs();
  if (!files.authority.empty()) {
    DATELINE_RETURN_IF_ERROR(CheckReadable(files.authority));
    options.watch_root_certs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return grpc::experimental::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> ChannelTls(const TlsFiles& files) {
  if (files.authority.empty()) return grpc::InsecureChannelCredentials();
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(std::make_shared<FileWatcherCertificateProvider>(
      files.key, files.certificate, files.authority, kWatchSeconds));
  options.watch_root_certs();
  if (!files.certificate.empty()) options.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace dateline::rpc
