#ifndef DATELINE_SERVICES_QUERY_REPLICA_GUARD_H_
#define DATELINE_SERVICES_QUERY_REPLICA_GUARD_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dateline::query::replica {

// Runs one unit of work of a thread that must go on whatever becomes of it, such as the applier's.
// Gives the unit's status; INTERNAL if it threw, which is also logged under `unit`, a literal.
absl::Status Guarded(absl::string_view unit, absl::FunctionRef<absl::Status()> run);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_GUARD_H_
