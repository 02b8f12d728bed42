#ifndef DATELINE_SERVICES_QUERY_REPLICA_READ_QUARANTINE_H_
#define DATELINE_SERVICES_QUERY_REPLICA_READ_QUARANTINE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/query/replica/store/store.h"

// What the replica could not use of what the catalog sent, and why.
namespace dateline::query::replica {

// Entries that are looked through for a name. There are none as long as all is well.
inline constexpr int kMaxQuarantineSteps = 1'000;

// Why the state under a key of kStates is in quarantine; empty if it is not.
std::string WhyInQuarantine(const ReadTransaction& transaction, absl::string_view key);

// The same for a resource that has lost its name with it, among the first kMaxQuarantineSteps.
// `kind` is a ResourceKind. Empty too for one that never had a state that could be used.
std::string WhyInQuarantine(const ReadTransaction& transaction, int kind, absl::string_view name);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_READ_QUARANTINE_H_
