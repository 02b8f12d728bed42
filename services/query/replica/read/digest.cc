#include "services/query/replica/read/digest.h"

#include "absl/strings/string_view.h"
#include "common/api/stable_bytes.h"
#include "common/base/fnv.h"
#include "common/base/status_macros.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/store/bodies.h"

namespace dateline::query::replica {
namespace {

constexpr int64_t kEntriesBetweenChecks = 1'024;

// Adds the entries of kStates. Those that say that a resource is gone are left out: a copy that
// followed the log keeps them, so that an older state that comes late does not bring the resource
// back; an export says nothing of a path or of pins that are gone. The order of a map's entries
// does not count.
absl::Status DigestStates(const ReadTransaction& transaction,
                          absl::FunctionRef<absl::Status()> check, TableDigest* digest) {
  int64_t read = 0;
  Cursor cursor = transaction.Open(Table::kStates);
  for (bool found = cursor.Seek(""); found; found = cursor.Next()) {
    if (read++ % kEntriesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(check());
    catalog::v1::ResourceState state;
    const absl::string_view value = cursor.value();
    if (!state.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      transaction.NoteDamage();
      continue;
    }
    if (state.has_tombstone()) continue;
    ++digest->entries;
    digest->digest = FnvField(api::StableBytes(state), FnvField(cursor.key(), digest->digest));
  }
  return absl::OkStatus();
}

// As texts: each copy compresses them with a dictionary of its own.
absl::Status DigestBodies(const ReadTransaction& transaction,
                          absl::FunctionRef<absl::Status()> check, TableDigest* digest) {
  return ForEachBody(transaction, [&](absl::string_view key, absl::string_view body) {
    digest->digest = FnvField(body, FnvField(key, digest->digest));
    return digest->entries++ % kEntriesBetweenChecks == 0 ? check() : absl::OkStatus();
  });
}

}  // namespace

absl::StatusOr<std::vector<TableDigest>> DigestTables(const Store& store,
                                                      absl::FunctionRef<absl::Status()> check) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction transaction, store.Read());
  std::vector<TableDigest> digests;
  for (const Table table :
       {Table::kStates, Table::kNames, Table::kCards, Table::kBodies, Table::kPostings,
        Table::kPaths, Table::kChildren, Table::kSuggestions}) {
    TableDigest digest{table, 0, kFnvStart};
    if (table == Table::kBodies || table == Table::kStates) {
      const auto digest_table = table == Table::kBodies ? DigestBodies : DigestStates;
      DATELINE_RETURN_IF_ERROR(digest_table(transaction, check, &digest));
      digests.push_back(digest);
      continue;
    }
    Cursor cursor = transaction.Open(table);
    int64_t read = 0;
    for (bool found = cursor.Seek(""); found; found = cursor.Next()) {
      if (read++ % kEntriesBetweenChecks == 0) DATELINE_RETURN_IF_ERROR(check());
      ++digest.entries;
      digest.digest = FnvField(cursor.value(), FnvField(cursor.key(), digest.digest));
    }
    digests.push_back(digest);
  }
  return digests;
}

}  // namespace dateline::query::replica
