#ifndef DATELINE_SERVICES_QUERY_REPLICA_VERIFY_EXPECTED_H_
#define DATELINE_SERVICES_QUERY_REPLICA_VERIFY_EXPECTED_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// An entry that a table has to have, and the name of the resource that it is of, if it is of one.
// Views are valid for the call only.
struct ExpectedEntry {
  Table table;
  absl::string_view key;
  absl::string_view value;
  absl::string_view resource;
};

// Calls `visit` with every entry that follows from the resources of a copy that has reached `at`:
// of kNames, kPostings, kTimed, kDue, kPaths, kChildren and kSuggestions from kStates and kCards,
// and of kCounts from the kPostings that are there. An entry may come twice. Reads everything;
// `check` is asked now and then whether to go on, and its error is returned.
absl::Status ForEachExpected(const ReadTransaction& transaction, absl::Time at,
                             absl::FunctionRef<absl::Status()> check,
                             absl::FunctionRef<void(const ExpectedEntry&)> visit);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_VERIFY_EXPECTED_H_
