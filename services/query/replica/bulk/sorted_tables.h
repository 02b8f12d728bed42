#ifndef DATELINE_SERVICES_QUERY_REPLICA_BULK_SORTED_TABLES_H_
#define DATELINE_SERVICES_QUERY_REPLICA_BULK_SORTED_TABLES_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/query/replica/bulk/sorter.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// Writes a table from its beginning to its end, each key behind the one before, in transactions of
// some megabytes. One thread.
class TableAppender {
 public:
  TableAppender(Store& store, Table table) : store_(store), table_(table) {}
  absl::Status Append(absl::string_view key, absl::string_view value);
  absl::Status Finish();

 private:
  Store& store_;
  const Table table_;
  std::optional<WriteTransaction> transaction_;
  size_t bytes_ = 0;
};

// Writes what `entries` has, and what the table has already, in key order; the table is empty
// before.
absl::Status WriteSorted(Sorter& entries, Store& store, Table table);

// Writes kPostings, and by them kTimed, kDue and kCounts, as Lister does for articles that are
// added at `at`. `postings` has every place of every article with its visibility; what has expired
// by then is left out. `files` begins the names of files that are needed.
absl::Status WritePostings(Sorter& postings, absl::Time at, const std::string& files, Store& store);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_BULK_SORTED_TABLES_H_
