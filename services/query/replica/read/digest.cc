#include "services/query/replica/read/digest.h"

#include "common/base/fnv.h"
#include "common/base/status_macros.h"

namespace dateline::query::replica {
namespace {

constexpr int64_t kEntriesBetweenChecks = 1'024;

}  // namespace

absl::StatusOr<std::vector<TableDigest>> DigestTables(const Store& store,
                                                      absl::FunctionRef<absl::Status()> check) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction transaction, store.Read());
  std::vector<TableDigest> digests;
  for (const Table table : {Table::kStates, Table::kNames, Table::kCards, Table::kBodies,
                            Table::kPostings, Table::kPaths, Table::kChildren}) {
    TableDigest digest{table, 0, kFnvStart};
    Cursor cursor = transaction.Open(table);
    for (bool found = cursor.Seek(""); found; found = cursor.Next()) {
      if (digest.entries % kEntriesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(check());
      ++digest.entries;
      digest.digest = FnvField(cursor.value(), FnvField(cursor.key(), digest.digest));
    }
    digests.push_back(digest);
  }
  return digests;
}

}  // namespace dateline::query::replica
