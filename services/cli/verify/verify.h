#ifndef DATELINE_SERVICES_CLI_VERIFY_VERIFY_H_
#define DATELINE_SERVICES_CLI_VERIFY_VERIFY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/query/v1/replicas.pb.h"
#include "services/cli/verify/comparison.h"

namespace dateline::cli {

// The calls that a verification makes.
struct VerifyCalls {
  // Reads an export in view FULL, page by page, until `on_page` fails or it is at its end.
  std::function<absl::Status(
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page)>
      export_all;
  std::function<absl::StatusOr<query::v1::GetDigestResponse>(const query::v1::GetDigestRequest&)>
      get_digest;
};

// What was found.
struct Verification {
  int64_t resources = 0;  // of the catalog, compared
  int64_t entries = 0;    // of the replica's derived tables, compared
  std::string position;   // from which on the replica was read
  std::vector<Difference> differences;
  bool is_cut = false;  // there were more differences than can be held, and may be others
  std::vector<query::v1::DerivedFault> faults;

  bool equal() const { return differences.empty() && !is_cut && faults.empty(); }
};

// Compares a replica with the catalog, resource by resource, and what the replica derives from its
// resources with these. What differs is compared once more, at a later position, and told only if
// it differs in the same way between the same versions: a write that came between does no harm.
// Errors are those of the calls; POSITION_NOT_REACHED if the replica is too far behind.
absl::StatusOr<Verification> VerifyReplica(const VerifyCalls& calls);

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_VERIFY_VERIFY_H_
