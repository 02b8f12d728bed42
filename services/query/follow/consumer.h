#ifndef DATELINE_SERVICES_QUERY_FOLLOW_CONSUMER_H_
#define DATELINE_SERVICES_QUERY_FOLLOW_CONSUMER_H_

#include <string>

#include "absl/status/statusor.h"

namespace dateline::query::follow {

// The name, `consumers/{id}`, by which the catalog knows the server that keeps its copy in
// `folder` on the machine `host`. It has an id that is made once and kept in the folder, so it
// stays over restarts, and the host, so a clone of the folder elsewhere goes by another name.
// UNAVAILABLE if the folder cannot be used.
absl::StatusOr<std::string> ConsumerName(const std::string& folder, const std::string& host);

}  // namespace dateline::query::follow

#endif  // DATELINE_SERVICES_QUERY_FOLLOW_CONSUMER_H_
