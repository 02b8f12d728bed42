#ifndef DATELINE_SERVICES_INGESTION_SERVICE_REQUEST_CHECKS_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_REQUEST_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dateline::ingestion::service {

// Whether `id` can be the last part of a name: 1 to 63 lower-case letters, digits and hyphens, a
// letter or digit first (AIP-122). Pure.
bool IsResourceId(absl::string_view id);

// Whether `name` is `collection/{id}`. Pure.
bool IsResourceName(absl::string_view name, absl::string_view collection);

// INVALID_FIELD unless `name` is `collection/{id}`.
absl::Status CheckName(absl::string_view field, absl::string_view name,
                       absl::string_view collection);

// INVALID_FIELD unless `url` is an absolute http or https address of bounded length, without a user
// name.
absl::Status CheckAddress(absl::string_view field, const std::string& url);

// The page size to use (AIP-158): 0 is the default, too much is lowered. `requested` is not
// negative.
int PageSizeOf(int requested);

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_REQUEST_CHECKS_H_
