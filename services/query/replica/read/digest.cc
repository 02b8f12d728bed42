#include "services/query/replica/read/digest.h"

#include "common/base/status_macros.h"

namespace dateline::query::replica {
namespace {

constexpr int64_t kEntriesBetweenChecks = 1'024;

void Mix(absl::string_view bytes, uint64_t* digest) {
  for (const char c : bytes) *digest = (*digest ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  // The length ends the field: "ab"+"c" is not "a"+"bc".
  *digest = (*digest ^ bytes.size()) * 1099511628211ull;
}

}  // namespace

absl::StatusOr<std::vector<TableDigest>> DigestTables(const Store& store,
                                                      absl::FunctionRef<absl::Status()> check) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction transaction, store.Read());
  std::vector<TableDigest> digests;
  for (const Table table : {Table::kStates, Table::kNames, Table::kCards, Table::kBodies,
                            Table::kPostings, Table::kPaths, Table::kChildren}) {
    TableDigest digest{table, 0, 14695981039346656037ull};
    Cursor cursor = transaction.Open(table);
    for (bool found = cursor.Seek(""); found; found = cursor.Next()) {
      if (digest.entries % kEntriesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(check());
      ++digest.entries;
      Mix(cursor.key(), &digest.digest);
      Mix(cursor.value(), &digest.digest);
    }
    digests.push_back(digest);
  }
  return digests;
}

}  // namespace dateline::query::replica
