#ifndef DATELINE_SERVICES_QUERY_REPLICA_VERIFY_HELD_RESOURCES_H_
#define DATELINE_SERVICES_QUERY_REPLICA_VERIFY_HELD_RESOURCES_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/api/resource_digest.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// What the copy has of one resource. Of its state, revisions are stored apart and left out.
struct HeldResource {
  catalog::v1::ResourceState state;
  api::ResourceDigest digest;  // of what readers get
  std::string quarantine;      // why the state that was sent cannot be used; empty if it can
};

// Calls `visit` with each resource from `from` on, in the order of kinds and keys, until it returns
// false. `from` is a StateKey; empty: from the beginning. Resources that are gone are left out, but
// not those that are shown to nobody because their state cannot be used. `check` is asked now and
// then whether to go on, and its error is returned.
absl::Status ForEachHeld(const ReadTransaction& transaction, absl::string_view from,
                         absl::FunctionRef<absl::Status()> check,
                         absl::FunctionRef<bool(const HeldResource&)> visit);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_VERIFY_HELD_RESOURCES_H_
