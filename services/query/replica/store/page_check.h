#ifndef DATELINE_SERVICES_QUERY_REPLICA_STORE_PAGE_CHECK_H_
#define DATELINE_SERVICES_QUERY_REPLICA_STORE_PAGE_CHECK_H_

#include <string>

#include "absl/status/status.h"

namespace dateline::query::replica {

// How far a file is looked at.
enum class PageCheck {
  kBranches,  // The pages that lead to others: about one in a hundred.
  kAll,
};

// Whether LMDB can read a file without leaving it: LMDB trusts what it maps, so that a file that
// was cut ends the program with SIGBUS, and one that was written over may. Follows the pages of the
// newest state from the roots, by ordinary reads. OK if there is no file, or an empty one;
// DATA_LOSS with the page that is wrong; UNAVAILABLE if it cannot be read. The file must not be
// written to meanwhile.
absl::Status CheckPages(const std::string& path, PageCheck check);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_STORE_PAGE_CHECK_H_
