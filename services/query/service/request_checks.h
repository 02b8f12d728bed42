#ifndef DATELINE_SERVICES_QUERY_SERVICE_REQUEST_CHECKS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_REQUEST_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// What query checks of a request beyond the bounds that the contract states. All pure; all answer
// OK or INVALID_ARGUMENT, reason INVALID_FIELD, naming `field` as it stands in the request.
namespace dateline::query::service {

// `name` is `{collection}/{id}`: not empty, no control character, not longer than a name can be.
absl::Status CheckName(absl::string_view field, absl::string_view collection,
                       absl::string_view name);

// A word such as a language or a label: no control character, at most 256 bytes.
absl::Status CheckTerm(absl::string_view field, absl::string_view term);

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_REQUEST_CHECKS_H_
