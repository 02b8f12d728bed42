#ifndef DATELINE_SERVICES_INGESTION_SERVICE_REQUEST_CHECKS_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_REQUEST_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dateline::ingestion::service {

// INVALID_FIELD unless `name` is `collection/{id}`.
absl::Status CheckName(absl::string_view field, absl::string_view name,
                       absl::string_view collection);

// INVALID_FIELD unless `url` is an absolute http or https address of bounded length, without a user
// name.
absl::Status CheckAddress(absl::string_view field, const std::string& url);

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_REQUEST_CHECKS_H_
