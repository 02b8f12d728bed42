#include "common/pg/sqlstate.h"

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "common/errors/errors.h"

namespace dateline::pg {
namespace {

// Stays within the process: the transport sends on google.rpc payloads only.
constexpr char kConstraintPayload[] = "dateline.internal/constraint";

absl::Status WithConstraint(absl::Status status, absl::string_view constraint) {
  status.SetPayload(kConstraintPayload, absl::Cord(constraint));
  return status;
}

}  // namespace

bool IsRetryable(absl::string_view sqlstate) { return sqlstate == "40001" || sqlstate == "40P01"; }

bool IsConnectionError(absl::string_view sqlstate) {
  // 57P01–57P03: the server is going down or starting; 53300: too many connections; 25006: a
  // standby, or a primary that was demoted; 57P05: idle session timeout; 25P03: idle in
  // transaction.
  return sqlstate.empty() || absl::StartsWith(sqlstate, "08") || sqlstate == "57P01" ||
         sqlstate == "57P02" || sqlstate == "57P03" || sqlstate == "57P05" || sqlstate == "25P03" ||
         sqlstate == "53300" || sqlstate == "25006";
}

absl::Status StatusFromSqlState(absl::string_view sqlstate, absl::string_view constraint,
                                CancelCause cancel_cause) {
  if (IsConnectionError(sqlstate)) return error::DatabaseUnavailable();
  if (IsRetryable(sqlstate)) return error::Conflict();
  if (sqlstate == "23505") {
    return WithConstraint(error::ResourceExists("the resource"), constraint);
  }
  if (sqlstate == "23503") {
    return WithConstraint(error::StateConflict("a resource referred to", "missing or in use"),
                          constraint);
  }
  if (sqlstate == "57014") {
    return cancel_cause == CancelCause::kDeadline ? error::DeadlineExceeded() : error::Cancelled();
  }
  // 55P03: lock_timeout; somebody holds the row for too long.
  if (sqlstate == "55P03") return error::Conflict();
  // 53xxx: the server lacks memory or disk; it may get better.
  if (absl::StartsWith(sqlstate, "53")) return error::DatabaseUnavailable();
  // Class 22: a value that its type does not hold. Class 54: more than a row or an index takes.
  if (absl::StartsWith(sqlstate, "22") || absl::StartsWith(sqlstate, "54")) {
    return error::UnstorableValue();
  }
  return error::Internal("the database refused a statement");
}

std::optional<std::string> ViolatedConstraint(const absl::Status& status) {
  const auto payload = status.GetPayload(kConstraintPayload);
  if (!payload.has_value()) return std::nullopt;
  return std::string(*payload);
}

}  // namespace dateline::pg
