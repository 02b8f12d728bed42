#ifndef DATELINE_SERVICES_QUERY_REPLICA_STORE_DURABLE_FILE_H_
#define DATELINE_SERVICES_QUERY_REPLICA_STORE_DURABLE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dateline::query::replica {

// Puts a small file in place of what stands at `path`, durably: when it returns OK, the new text is
// there after a crash too; until then the old one is, never half a text. UNAVAILABLE with the step
// and the system's reason; then the old text stands.
absl::Status ReplaceFile(const std::string& path, absl::string_view text);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_STORE_DURABLE_FILE_H_
