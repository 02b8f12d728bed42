#ifndef DATELINE_SERVICES_QUERY_SEARCH_GUARDED_H_
#define DATELINE_SERVICES_QUERY_SEARCH_GUARDED_H_

#include <xapian.h>

#include <exception>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace dateline::query::search {

// Runs what calls Xapian; what it throws becomes a status: UNAVAILABLE for Xapian's own errors,
// DATA_LOSS for a damaged index, INTERNAL for others. `work` returns an absl::Status.
template <typename Work>
absl::Status Guarded(Work work) {
  try {
    return work();
  } catch (const Xapian::DatabaseCorruptError& error) {
    return absl::DataLossError(absl::StrCat("the index is damaged: ", error.get_msg()));
  } catch (const Xapian::DatabaseVersionError& error) {
    return absl::DataLossError(absl::StrCat("the index is of another version: ", error.get_msg()));
  } catch (const Xapian::Error& error) {
    return absl::UnavailableError(
        absl::StrCat("the index cannot be used: ", error.get_description()));
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  }
}

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_GUARDED_H_
