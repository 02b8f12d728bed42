#ifndef DATELINE_COMMON_RPC_CALLERS_H_
#define DATELINE_COMMON_RPC_CALLERS_H_

#include <grpcpp/security/auth_context.h>

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/api/roles.h"
#include "common/base/caller.h"

namespace dateline::rpc {

// Tells who a caller is and what it may do. With TLS a caller is known by its verified certificate:
// its subject is the first DNS name or URI there, else the common name, and the roles are those
// that the list gives to this subject. Without TLS, on loopback, it is "local". Thread-safe.
class Callers {
 public:
  // Without TLS, with `local_roles`.
  explicit Callers(uint32_t local_roles = api::AllRoles()) : local_roles_(local_roles) {}

  // With TLS. `list` has a line for each caller: its subject and its roles (`news.example.org
  // ingester service`); `*` stands for everybody else, with or without a certificate; # begins a
  // comment. INVALID_ARGUMENT names the line that is wrong.
  static absl::StatusOr<Callers> FromList(absl::string_view list);

  Caller Of(const grpc::AuthContext& peer) const;

 private:
  uint32_t local_roles_ = 0;
  bool is_tls_ = false;
  std::map<std::string, uint32_t, std::less<>> roles_;  // By subject.
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_CALLERS_H_
