
#include "common/api/names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"

namespace dateline::api {

bool IsValidId(absl::string_view id) {
  if (id.empty() || id.size() > static_cast<size_t>(limits::kMaxIdLength) || id[0] == '-') {
    return false;
  }
  for (const char c : id) {
    if (!absl::ascii_islower(static_cast<unsigned char>(c)) &&
        !absl::ascii_isdigit(static_cast<unsigned char>(c)) && c != '-') {
      return false;
    }
  }
  return true;
}

std::string MakeName(absl::string_view collection, absl::string_view id) {
  return absl::StrCat(collection, "/", id);
}

absl::string_view IdInName(absl::string_view collection, absl::string_view name) {
  if (!absl::StartsWith(name, collection)) return {};
  name.remove_prefix(collection.size());
  if (name.empty() || name[0] != '/') return {};
  name.remove_prefix(1);
  return IsValidId(name) ? name : absl::string_view();
}

absl::StatusOr<std::string> ParseName(absl::string_view collection, absl::string_view name,
                                      absl::string_view field) {
  const absl::string_view id = IdInName(collection, name);
  if (id.empty()) {
    return error::InvalidField(
        field, absl::StrCat("must be ", collection,
                            "/{id}, the id of lower-case letters, digits and hyphens, at most ",
                            limits::kMaxIdLength, " characters"));
  }
  return std::string(id);
}

}  // namespace dateline::api
