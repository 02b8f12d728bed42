#ifndef DATELINE_SERVICES_INGESTION_FETCH_SECRET_H_
#define DATELINE_SERVICES_INGESTION_FETCH_SECRET_H_

#include <string>

#include "absl/status/statusor.h"
#include "dateline/content/v1/source.pb.h"

namespace dateline::ingestion::fetch {

// The password or token that credentials stand for: a file's content (its last line feed dropped),
// the value of an environment variable, or the value itself. FAILED_PRECONDITION, which never shows
// the secret, if it cannot be had.
absl::StatusOr<std::string> ReadSecret(const content::v1::SourceCredentials& credentials);

}  // namespace dateline::ingestion::fetch

#endif  // DATELINE_SERVICES_INGESTION_FETCH_SECRET_H_
