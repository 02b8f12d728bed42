#include "common/pg/sqlstate.h"

#include <gtest/gtest.h>

#include "common/errors/errors.h"

namespace dateline::pg {
namespace {

using namespace errors::v1;  // NOLINT(google-build-using-namespace)

TEST(SqlStateTest, MapsAsTheTableSays) {
  const struct {
    const char* sqlstate;
    CancelCause cause;
    absl::StatusCode code;
    ErrorReason reason;
  } cases[] = {
      {"23505", CancelCause::kDeadline, absl::StatusCode::kAlreadyExists,
       ERROR_REASON_RESOURCE_EXISTS},
      {"23503", CancelCause::kDeadline, absl::StatusCode::kFailedPrecondition,
       ERROR_REASON_STATE_CONFLICT},
      {"23502", CancelCause::kDeadline, absl::StatusCode::kInternal, ERROR_REASON_INTERNAL},
      {"23514", CancelCause::kDeadline, absl::StatusCode::kInternal, ERROR_REASON_INTERNAL},
      {"40001", CancelCause::kDeadline, absl::StatusCode::kAborted, ERROR_REASON_CONFLICT},
      {"40P01", CancelCause::kDeadline, absl::StatusCode::kAborted, ERROR_REASON_CONFLICT},
      {"55P03", CancelCause::kDeadline, absl::StatusCode::kAborted, ERROR_REASON_CONFLICT},
      {"57014", CancelCause::kDeadline, absl::StatusCode::kDeadlineExceeded,
       ERROR_REASON_DEADLINE_EXCEEDED},
      {"57014", CancelCause::kCaller, absl::StatusCode::kCancelled, ERROR_REASON_CANCELLED},
      {"08006", CancelCause::kDeadline, absl::StatusCode::kUnavailable,
       ERROR_REASON_DATABASE_UNAVAILABLE},
      {"57P01", CancelCause::kDeadline, absl::StatusCode::kUnavailable,
       ERROR_REASON_DATABASE_UNAVAILABLE},
      {"57P03", CancelCause::kDeadline, absl::StatusCode::kUnavailable,
       ERROR_REASON_DATABASE_UNAVAILABLE},
      {"53300", CancelCause::kDeadline, absl::StatusCode::kUnavailable,
       ERROR_REASON_DATABASE_UNAVAILABLE},
      {"53100", CancelCause::kDeadline, absl::StatusCode::kUnavailable,
       ERROR_REASON_DATABASE_UNAVAILABLE},
      {"25006", CancelCause::kDeadline, absl::StatusCode::kUnavailable,
       ERROR_REASON_DATABASE_UNAVAILABLE},
      {"", CancelCause::kDeadline, absl::StatusCode::kUnavailable,
       ERROR_REASON_DATABASE_UNAVAILABLE},
      {"22021", CancelCause::kDeadline, absl::StatusCode::kInvalidArgument,
       ERROR_REASON_INVALID_FIELD},
      {"22P02", CancelCause::kDeadline, absl::StatusCode::kInvalidArgument,
       ERROR_REASON_INVALID_FIELD},
      {"22003", CancelCause::kDeadline, absl::StatusCode::kInvalidArgument,
       ERROR_REASON_INVALID_FIELD},
      {"54000", CancelCause::kDeadline, absl::StatusCode::kInvalidArgument,
       ERROR_REASON_INVALID_FIELD},
      {"42601", CancelCause::kDeadline, absl::StatusCode::kInternal, ERROR_REASON_INTERNAL},
      {"XX000", CancelCause::kDeadline, absl::StatusCode::kInternal, ERROR_REASON_INTERNAL},
  };
  for (const auto& test : cases) {
    const absl::Status status = StatusFromSqlState(test.sqlstate, "some_key", test.cause);
    EXPECT_EQ(status.code(), test.code) << test.sqlstate;
    EXPECT_EQ(error::ReasonOf(status), test.reason) << test.sqlstate;
    EXPECT_EQ(status.message().find("some_key"), absl::string_view::npos) << test.sqlstate;
    if (test.sqlstate[0] == '\0') continue;
    EXPECT_EQ(status.ToString().find(test.sqlstate), std::string::npos) << test.sqlstate;
  }
}

TEST(SqlStateTest, TellsTheViolatedConstraintInsideTheProcess) {
  EXPECT_EQ(ViolatedConstraint(StatusFromSqlState("23505", "paths_live", CancelCause::kDeadline)),
            "paths_live");
  EXPECT_EQ(ViolatedConstraint(absl::InternalError("x")), std::nullopt);
}

TEST(SqlStateTest, RunsOnlyCollisionsAgain) {
  EXPECT_TRUE(IsRetryable("40001"));
  EXPECT_TRUE(IsRetryable("40P01"));
  for (const char* other : {"", "23505", "57014", "08006", "42601"}) {
    EXPECT_FALSE(IsRetryable(other)) << other;
  }
}

}  // namespace
}  // namespace dateline::pg
