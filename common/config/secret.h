#ifndef DATELINE_COMMON_CONFIG_SECRET_H_
#define DATELINE_COMMON_CONFIG_SECRET_H_

#include <string>

#include "absl/status/statusor.h"

namespace dateline::config {

// The content of a file that holds a secret, its outer white space at the end dropped. NOT_FOUND
// names the file if it cannot be read or is empty.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// The value of an environment variable that holds a secret. NOT_FOUND names it if it is not set or
// empty.
absl::StatusOr<std::string> ReadSecretVariable(const std::string& name);

}  // namespace dateline::config

#endif  // DATELINE_COMMON_CONFIG_SECRET_H_
