#include "services/ingestion/poll/secret.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/secret.h"
#include "common/errors/errors.h"

namespace dateline::ingestion::poll {
namespace {

namespace fs = std::filesystem;

constexpr char kFileField[] = "source.credentials.file";
constexpr char kEnvironmentField[] = "source.credentials.environment";

// Whether `path` lies below `folder`, by the names of both.
bool IsBelow(const fs::path& path, const fs::path& folder) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  // A trailing slash is an empty part.
  return end == folder.end() && rest != path.end() && !rest->empty();
}

// Without a trailing slash, which would count as a part.
fs::path FolderOf(const SecretPlaces& places) {
  const fs::path folder = fs::path(places.folder).lexically_normal();
  return folder.has_filename() ? folder : folder.parent_path();
}

absl::Status Outside() {
  return error::InvalidField(kFileField,
                             "must lie in the folder of ingestion's --credentials-folder");
}

absl::StatusOr<fs::path> PathOf(const SecretPlaces& places, const std::string& file) {
  if (places.folder.empty()) {
    return error::InvalidField(kFileField,
                               "needs ingestion's --credentials-folder, which is not set");
  }
  const fs::path folder = FolderOf(places);
  const fs::path path = folder / file;  // that is `file` if it is absolute
  if (std::find(path.begin(), path.end(), "..") != path.end()) return Outside();
  const fs::path normal = path.lexically_normal();
  if (!IsBelow(normal, folder)) return Outside();
  return normal;
}

absl::Status Unreadable() {
  return error::StateConflict("the source's credentials", "in a file that cannot be read");
}

absl::StatusOr<std::string> ReadFile(const SecretPlaces& places, const std::string& file) {
  DATELINE_ASSIGN_OR_RETURN(const fs::path path, PathOf(places, file));
  std::error_code failed;
  const fs::path folder = fs::canonical(FolderOf(places), failed);
  if (failed) return Unreadable();
  const fs::path target = fs::canonical(path, failed);
  if (failed) return Unreadable();
  if (!IsBelow(target, folder)) return Outside();
  if (!fs::is_regular_file(target, failed)) return Unreadable();
  auto secret = config::ReadSecretFile(target.string());
  if (!secret.ok()) return Unreadable();
  return secret;
}

absl::Status CheckVariable(const SecretPlaces& places, const std::string& name) {
  const std::string& prefix = places.environment_prefix;
  if (prefix.empty()) return error::InvalidField(kEnvironmentField, "is not allowed here");
  if (absl::StartsWith(name, prefix)) return absl::OkStatus();
  return error::InvalidField(kEnvironmentField, absl::StrCat("must begin with ", prefix));
}

}  // namespace

absl::Status CheckPlace(const SecretPlaces& places, const v1::SourceCredentials& credentials) {
  if (credentials.has_file()) return PathOf(places, credentials.file()).status();
  if (credentials.has_environment()) return CheckVariable(places, credentials.environment());
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadSecret(const SecretPlaces& places,
                                       const v1::SourceCredentials& credentials) {
  switch (credentials.secret_case()) {
    case v1::SourceCredentials::kFile:
      return ReadFile(places, credentials.file());
    case v1::SourceCredentials::kEnvironment: {
      DATELINE_RETURN_IF_ERROR(CheckVariable(places, credentials.environment()));
      const auto secret = config::ReadSecretVariable(credentials.environment());
      if (secret.ok()) return *secret;
      return error::StateConflict("the source's credentials",
                                  "in an environment variable that is not set");
    }
    case v1::SourceCredentials::kValue:
      return credentials.value();
    case v1::SourceCredentials::SECRET_NOT_SET:
      break;
  }
  return error::StateConflict("the source's credentials", "without a secret");
}

}  // namespace dateline::ingestion::poll
