#ifndef DATELINE_SERVICES_QUERY_REPLICA_READ_DIGEST_H_
#define DATELINE_SERVICES_QUERY_REPLICA_READ_DIGEST_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// One table's content in short.
struct TableDigest {
  Table table;
  int64_t entries = 0;
  uint64_t digest = 0;  // 64-bit FNV-1a over keys and values in key order
};

// Digests of the tables that follow from the catalog's content alone. Two replicas at one position
// agree, whatever their bodies are compressed with; kMeta, kDictionary, kTimed, kDue and kCounts
// depend on when changes were applied and are left out, and so are the entries of kStates that say
// that a resource is gone. Reads everything; `check` is asked now and then whether to go on, and
// its error is returned.
absl::StatusOr<std::vector<TableDigest>> DigestTables(
    const Store& store, absl::FunctionRef<absl::Status()> check = absl::OkStatus);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_READ_DIGEST_H_
