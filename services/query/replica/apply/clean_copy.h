#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_CLEAN_COPY_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_CLEAN_COPY_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// Copies every entry of `from`, and no other byte, into `to`, which is empty; there every receipt
// is clean. A dictionary that was made of a text that is gone is made anew, and the bodies are
// compressed with the new one. LMDB's own copy with MDB_CP_COMPACT will not do: it takes overflow
// pages as they are, and what stands behind the end of their value may be left of an older page.
// `from` must not be applied to meanwhile. `check` is called now and then; its error ends the
// copying. DATA_LOSS if `from` is damaged.
absl::Status CopyClean(const Store& from, Store& to, absl::FunctionRef<absl::Status()> check);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_CLEAN_COPY_H_
