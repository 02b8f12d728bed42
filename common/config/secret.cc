#include "common/config/secret.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace dateline::config {

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  absl::StripTrailingAsciiWhitespace(&content);
  if (!in || content.empty()) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  return content;
}

absl::StatusOr<std::string> ReadSecretVariable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') {
    return absl::NotFoundError(absl::StrCat(name, " is not set"));
  }
  return std::string(value);
}

}  // namespace dateline::config
