#include "services/ingestion/fetch/secret.h"

#include "common/config/secret.h"
#include "common/errors/errors.h"

namespace dateline::ingestion::fetch {

absl::StatusOr<std::string> ReadSecret(const content::v1::SourceCredentials& credentials) {
  switch (credentials.secret_case()) {
    case content::v1::SourceCredentials::kFile: {
      const auto secret = config::ReadSecretFile(credentials.file());
      if (secret.ok()) return *secret;
      return error::StateConflict("the source's credentials", "in a file that cannot be read");
    }
    case content::v1::SourceCredentials::kEnvironment: {
      const auto secret = config::ReadSecretVariable(credentials.environment());
      if (secret.ok()) return *secret;
      return error::StateConflict("the source's credentials",
                                  "in an environment variable that is not set");
    }
    case content::v1::SourceCredentials::kValue:
      return credentials.value();
    case content::v1::SourceCredentials::SECRET_NOT_SET:
      break;
  }
  return error::StateConflict("the source's credentials", "without a secret");
}

}  // namespace dateline::ingestion::fetch
