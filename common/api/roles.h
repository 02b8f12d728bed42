#ifndef DATELINE_COMMON_API_ROLES_H_
#define DATELINE_COMMON_API_ROLES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/caller.h"
#include "dateline/options/v1/options.pb.h"
#include "google/protobuf/descriptor.h"

// The roles of callers: admin ⊃ editor ⊃ previewer ⊃ reader, editor ⊃ ingester, and beside them
// service ⊃ previewer: it reads all. All functions are thread-safe.
namespace dateline::api {

// Every role.
uint32_t AllRoles();

// `role` and all that it includes.
uint32_t WithIncluded(options::v1::Role role);

// Roles by name, separated by commas or spaces (`reader, ingester`), with all that they include;
// `all` for every role, none if empty. INVALID_ARGUMENT names what is no role.
absl::StatusOr<uint32_t> ParseRoles(absl::string_view names);

// True if `caller` has `role`, itself or in a role that includes it.
bool HasRole(const Caller& caller, options::v1::Role role);

// OK if `caller` may call a method that needs `role`. Else UNAUTHENTICATED for an unknown caller,
// PERMISSION_DENIED for a known one. ROLE_UNSPECIFIED is refused to everybody.
absl::Status CheckRole(const Caller& caller, options::v1::Role role);

// The role that a method's option names. Methods of Google's own (google.longrunning) carry no
// option and are editors'. ROLE_UNSPECIFIED for any other without one, and for none.
options::v1::Role RoleOf(const google::protobuf::MethodDescriptor* method);

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_ROLES_H_
