#ifndef DATELINE_SERVICES_QUERY_REPLICA_VERIFY_DERIVED_CHECK_H_
#define DATELINE_SERVICES_QUERY_REPLICA_VERIFY_DERIVED_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// An entry that does not follow from the resources that the copy has.
struct DerivedFault {
  enum class Kind {
    kMissing,
    kDifferent,  // has another value
    kStray,      // should not be there
  };
  Table table;
  Kind kind;
  std::string key;
  std::string resource;  // by name; empty if it is not known
};

struct DerivedCheck {
  int64_t entries = 0;  // compared
  std::vector<DerivedFault> faults;
};

// Compares all tables that are derived from resources with what the resources ask for, as of one
// moment, and finds cards and bodies of articles that the copy does not have. It looks for nothing
// more once there are `max_faults`. Due instants that nobody waits for any more are no faults.
// Reads everything, and once more for each 8 million entries of a table that has strays: minutes,
// for millions of articles. Meanwhile the store keeps what writers replace. `check` is asked now
// and then whether to go on, and its error is returned. DATA_LOSS if a body is damaged.
absl::StatusOr<DerivedCheck> CheckDerived(const Store& store, size_t max_faults,
                                          absl::FunctionRef<absl::Status()> check = absl::OkStatus);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_VERIFY_DERIVED_CHECK_H_
