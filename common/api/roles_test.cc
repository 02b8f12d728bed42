#include "common/api/roles.h"

#include <gtest/gtest.h>

#include <set>

#include "common/errors/errors.h"

namespace dateline::api {
namespace {

using namespace options::v1;  // NOLINT(google-build-using-namespace)

TEST(RolesTest, AreALattice) {
  const std::vector<std::pair<Role, std::set<Role>>> lattice = {
      {ROLE_ADMIN, {ROLE_ADMIN, ROLE_EDITOR, ROLE_PREVIEWER, ROLE_READER, ROLE_INGESTER}},
      {ROLE_EDITOR, {ROLE_EDITOR, ROLE_PREVIEWER, ROLE_READER, ROLE_INGESTER}},
      {ROLE_PREVIEWER, {ROLE_PREVIEWER, ROLE_READER}},
      {ROLE_READER, {ROLE_READER}},
      {ROLE_INGESTER, {ROLE_INGESTER}},
      {ROLE_SERVICE, {ROLE_SERVICE, ROLE_PREVIEWER, ROLE_READER}},
      {ROLE_UNSPECIFIED, {}},
  };
  for (const auto& [role, included] : lattice) {
    const Caller caller{"somebody", WithIncluded(role)};
    for (int i = Role_MIN; i <= Role_MAX; ++i) {
      const auto other = static_cast<Role>(i);
      EXPECT_EQ(HasRole(caller, other), included.count(other) == 1)
          << Role_Name(role) << " " << Role_Name(other);
    }
  }
}

TEST(RolesTest, AreReadByName) {
  EXPECT_EQ(*ParseRoles("reader, service"), WithIncluded(ROLE_READER) | WithIncluded(ROLE_SERVICE));
  EXPECT_EQ(*ParseRoles("all"), AllRoles());
  EXPECT_EQ(*ParseRoles(""), 0u);
  EXPECT_EQ(ParseRoles("reader boss").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParseRoles("unspecified").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(RolesTest, DecideACall) {
  EXPECT_TRUE(CheckRole({"a", AllRoles()}, ROLE_ADMIN).ok());
  const absl::Status denied = CheckRole({"a", WithIncluded(ROLE_READER)}, ROLE_EDITOR);
  EXPECT_EQ(denied.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(denied.message(), "the method needs the role EDITOR");
  EXPECT_EQ(CheckRole({"", 0}, ROLE_READER).code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(CheckRole({"a", AllRoles()}, ROLE_UNSPECIFIED).code(),
            absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace dateline::api
