#ifndef DATELINE_SERVICES_INGESTION_POLL_SECRET_H_
#define DATELINE_SERVICES_INGESTION_POLL_SECRET_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dateline/ingestion/v1/source.pb.h"

namespace dateline::ingestion::poll {

// Where sources may take secrets from. Whoever may write a source would otherwise have any file or
// variable of this process sent to an address of his choice.
struct SecretPlaces {
  // The folder whose files may be named; empty: none.
  std::string folder;
  // What the name of an environment variable must begin with; empty: none may be named.
  std::string environment_prefix = "DATELINE_CREDENTIAL_";
};

// INVALID_FIELD naming the field of `source.credentials` that leads to another place. Looks at the
// words alone. Pure.
absl::Status CheckPlace(const SecretPlaces& places, const v1::SourceCredentials& credentials);

// The password or token that credentials stand for: the content of a file, named by its path or by
// its name within the folder (white space at its end dropped), the value of an environment
// variable, or the value itself. Links may lead to other files of the folder. Errors as of
// CheckPlace; FAILED_PRECONDITION, which never shows the secret, if it cannot be had. Thread-safe.
absl::StatusOr<std::string> ReadSecret(const SecretPlaces& places,
                                       const v1::SourceCredentials& credentials);

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_SECRET_H_
