#ifndef DATELINE_COMMON_TESTING_STATUS_MATCHERS_H_
#define DATELINE_COMMON_TESTING_STATUS_MATCHERS_H_

#include <gmock/gmock.h>

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/errors/details.h"

// Matchers for absl::Status and absl::StatusOr, which Abseil 20220623 lacks.
namespace dateline::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// EXPECT_THAT(status, IsOk()).
MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound)).
MATCHER_P(StatusIs, code, "has the code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

// EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_OVERLOADED)).
MATCHER_P(HasReason, reason, "has the reason " + dateline::error::ReasonName(reason)) {
  *result_listener << StatusOf(arg).ToString();
  return dateline::error::ReasonOf(StatusOf(arg)) == reason;
}

}  // namespace dateline::testing

#endif  // DATELINE_COMMON_TESTING_STATUS_MATCHERS_H_
