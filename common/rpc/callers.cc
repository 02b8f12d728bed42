#include "common/rpc/callers.h"

#include <grpc/grpc_security_constants.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace dateline::rpc {
namespace {

constexpr absl::string_view kOthers = "*";

std::string First(const grpc::AuthContext& peer, const char* property) {
  const auto values = peer.FindPropertyValues(property);
  return values.empty() ? std::string() : std::string(values[0].data(), values[0].size());
}

// Only what the peer's verified certificate says.
std::string SubjectOf(const grpc::AuthContext& peer) {
  for (const char* const property :
       {GRPC_PEER_DNS_PROPERTY_NAME, GRPC_PEER_URI_PROPERTY_NAME, GRPC_X509_CN_PROPERTY_NAME}) {
    std::string subject = First(peer, property);
    if (!subject.empty()) return subject;
  }
  return {};
}

}  // namespace

absl::StatusOr<Callers> Callers::FromList(absl::string_view list) {
  Callers callers(0);
  callers.is_tls_ = true;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(list, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const size_t end = line.find_first_of(" \t");
    const auto roles = api::ParseRoles(end == absl::string_view::npos ? "" : line.substr(end));
    if (!roles.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": ", roles.status().message()));
    }
    callers.roles_[std::string(line.substr(0, end))] = *roles;
  }
  return callers;
}

Caller Callers::Of(const grpc::AuthContext& peer) const {
  if (!is_tls_) return {"local", local_roles_};
  Caller caller;
  if (peer.IsPeerAuthenticated()) caller.subject = SubjectOf(peer);
  auto found = caller.subject.empty() ? roles_.end() : roles_.find(caller.subject);
  if (found == roles_.end()) found = roles_.find(kOthers);
  if (found != roles_.end()) caller.roles = found->second;
  return caller;
}

}  // namespace dateline::rpc
