#ifndef DATELINE_COMMON_PG_SQLSTATE_H_
#define DATELINE_COMMON_PG_SQLSTATE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dateline::pg {

// Who ended a statement with SQLSTATE 57014 (query_canceled): the deadline or the caller.
enum class CancelCause { kDeadline, kCaller };

// What PostgreSQL's error `sqlstate` (five characters; empty if the connection broke without one)
// means to a caller. 23505 gives ALREADY_EXISTS with the violated constraint; 40001 and 40P01 give
// CONFLICT, which the transaction runner retries; connection errors give DATABASE_UNAVAILABLE;
// classes 22 and 54, a value that cannot be stored, give INVALID_FIELD;
// defects give INTERNAL. No text holds the SQLSTATE. `constraint` is a name from our own schema or
// empty.
absl::Status StatusFromSqlState(absl::string_view sqlstate, absl::string_view constraint,
                                CancelCause cancel_cause);

// Whether the whole transaction may be run again after this SQLSTATE.
bool IsRetryable(absl::string_view sqlstate);

// Whether the connection is of no use after this SQLSTATE.
bool IsConnectionError(absl::string_view sqlstate);

// The unique or foreign-key constraint that a write violated; nullopt for other errors.
std::optional<std::string> ViolatedConstraint(const absl::Status& status);

}  // namespace dateline::pg

#endif  // DATELINE_COMMON_PG_SQLSTATE_H_
