#include "common/api/roles.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/errors.h"

namespace dateline::api {
namespace {

using namespace options::v1;  // NOLINT(google-build-using-namespace): the roles.

constexpr uint32_t Bit(Role role) { return uint32_t{1} << role; }

constexpr uint32_t kPreviewer = Bit(ROLE_PREVIEWER) | Bit(ROLE_READER);
constexpr uint32_t kEditor = Bit(ROLE_EDITOR) | Bit(ROLE_INGESTER) | kPreviewer;
constexpr uint32_t kAdmin = Bit(ROLE_ADMIN) | kEditor;
constexpr uint32_t kService = Bit(ROLE_SERVICE) | kPreviewer;

std::string NameOf(Role role) { return Role_Name(role).substr(sizeof("ROLE_") - 1); }

}  // namespace

uint32_t AllRoles() { return kAdmin | Bit(ROLE_SERVICE); }

uint32_t WithIncluded(Role role) {
  switch (role) {
    case ROLE_ADMIN:
      return kAdmin;
    case ROLE_EDITOR:
      return kEditor;
    case ROLE_PREVIEWER:
      return kPreviewer;
    case ROLE_SERVICE:
      return kService;
    case ROLE_READER:
    case ROLE_INGESTER:
      return Bit(role);
    default:
      return 0;
  }
}

absl::StatusOr<uint32_t> ParseRoles(absl::string_view names) {
  uint32_t roles = 0;
  for (const absl::string_view name :
       absl::StrSplit(names, absl::ByAnyChar(", \t"), absl::SkipEmpty())) {
    if (name == "all") {
      roles |= AllRoles();
      continue;
    }
    Role role = ROLE_UNSPECIFIED;
    if (!Role_Parse(absl::StrCat("ROLE_", absl::AsciiStrToUpper(name)), &role) ||
        role == ROLE_UNSPECIFIED) {
      return absl::InvalidArgumentError(
          absl::StrCat(name,
                       " is no role; there are reader, previewer, editor, ingester, admin, "
                       "service, and all"));
    }
    roles |= WithIncluded(role);
  }
  return roles;
}

bool HasRole(const Caller& caller, Role role) {
  return role != ROLE_UNSPECIFIED && (caller.roles & Bit(role)) != 0;
}

absl::Status CheckRole(const Caller& caller, Role role) {
  if (HasRole(caller, role)) return absl::OkStatus();
  return caller.subject.empty() ? error::Unauthenticated() : error::PermissionDenied(NameOf(role));
}

Role RoleOf(const google::protobuf::MethodDescriptor* method) {
  if (method == nullptr) return ROLE_UNSPECIFIED;
  if (method->file()->package() == "google.longrunning") return ROLE_EDITOR;
  return method->options().GetExtension(options::v1::role);
}

}  // namespace dateline::api
