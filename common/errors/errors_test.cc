#include "common/errors/errors.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"

namespace dateline::error {
namespace {

using absl::StatusCode;
using namespace errors::v1;  // NOLINT(google-build-using-namespace)

struct Case {
  absl::Status status;
  StatusCode code;
  ErrorReason reason;
  bool retryable = false;
};

std::vector<Case> AllErrors() {
  const absl::Duration second = absl::Seconds(1);
  FieldViolations violations;
  violations.Add("a", "is missing");
  violations.Add("b", "is too long");
  return {
      {violations.ToStatus(), StatusCode::kInvalidArgument, ERROR_REASON_INVALID_FIELD},
      {InvalidField("f", "is bad"), StatusCode::kInvalidArgument, ERROR_REASON_INVALID_FIELD},
      {InvalidPageToken(), StatusCode::kInvalidArgument, ERROR_REASON_INVALID_PAGE_TOKEN},
      {PageTokenMismatch(), StatusCode::kInvalidArgument, ERROR_REASON_PAGE_TOKEN_MISMATCH},
      {InvalidPosition("p"), StatusCode::kInvalidArgument, ERROR_REASON_INVALID_POSITION},
      {DocumentTooLarge(2, 1), StatusCode::kInvalidArgument, ERROR_REASON_DOCUMENT_TOO_LARGE},
      {UnknownFormat("HTML"), StatusCode::kInvalidArgument, ERROR_REASON_UNKNOWN_FORMAT},
      {EntityExpansion(), StatusCode::kInvalidArgument, ERROR_REASON_ENTITY_EXPANSION},
      {TooManyEntries(2, 1), StatusCode::kInvalidArgument, ERROR_REASON_TOO_MANY_ENTRIES},
      {EmptyEntry(), StatusCode::kInvalidArgument, ERROR_REASON_EMPTY_ENTRY},
      {RequestIdReused("r"), StatusCode::kInvalidArgument, ERROR_REASON_REQUEST_ID_REUSED},
      {ResourceNotFound("topics/x"), StatusCode::kNotFound, ERROR_REASON_RESOURCE_NOT_FOUND},
      {ResourceExists("topics/x"), StatusCode::kAlreadyExists, ERROR_REASON_RESOURCE_EXISTS},
      {EtagMismatch("topics/x"), StatusCode::kAborted, ERROR_REASON_ETAG_MISMATCH},
      {PathTaken("/x"), StatusCode::kAlreadyExists, ERROR_REASON_PATH_TAKEN},
      {StateConflict("articles/x", "DELETED"), StatusCode::kFailedPrecondition,
       ERROR_REASON_STATE_CONFLICT},
      {ResourceInUse("topics/x", "3 articles"), StatusCode::kFailedPrecondition,
       ERROR_REASON_RESOURCE_IN_USE},
      {TakenDown("articles/x"), StatusCode::kFailedPrecondition, ERROR_REASON_TAKEN_DOWN},
      {LeaseLost("sources/x"), StatusCode::kAborted, ERROR_REASON_LEASE_LOST},
      {PositionExpired("old"), StatusCode::kFailedPrecondition, ERROR_REASON_POSITION_EXPIRED},
      {PositionNotReached(), StatusCode::kUnavailable, ERROR_REASON_POSITION_NOT_REACHED, true},
      {Overloaded(), StatusCode::kUnavailable, ERROR_REASON_OVERLOADED, true},
      {DatabaseUnavailable(), StatusCode::kUnavailable, ERROR_REASON_DATABASE_UNAVAILABLE, true},
      {PeerUnavailable("catalog"), StatusCode::kUnavailable, ERROR_REASON_PEER_UNAVAILABLE, true},
      {NotReady(), StatusCode::kUnavailable, ERROR_REASON_NOT_READY, true},
      {FetchFailed("http://x", "dns"), StatusCode::kUnavailable, ERROR_REASON_FETCH_FAILED, true},
      {QuotaExceeded(second), StatusCode::kResourceExhausted, ERROR_REASON_QUOTA_EXCEEDED, true},
      {AddressNotPublic("http://x"), StatusCode::kFailedPrecondition,
       ERROR_REASON_ADDRESS_NOT_PUBLIC},
      {Conflict(), StatusCode::kAborted, ERROR_REASON_CONFLICT, true},
      {OutcomeUnknown(), StatusCode::kUnknown, ERROR_REASON_OUTCOME_UNKNOWN},
      {DeadlineExceeded(), StatusCode::kDeadlineExceeded, ERROR_REASON_DEADLINE_EXCEEDED},
      {Cancelled(), StatusCode::kCancelled, ERROR_REASON_CANCELLED},
      {NotImplemented("GetX"), StatusCode::kUnimplemented, ERROR_REASON_NOT_IMPLEMENTED},
      {Internal("step"), StatusCode::kInternal, ERROR_REASON_INTERNAL},
      {Unauthenticated(), StatusCode::kUnauthenticated, ERROR_REASON_UNAUTHENTICATED},
      {PermissionDenied("EDITOR"), StatusCode::kPermissionDenied, ERROR_REASON_PERMISSION_DENIED},
  };
}

TEST(ErrorsTest, EachHasItsCodeReasonAndRetry) {
  for (const Case& test : AllErrors()) {
    SCOPED_TRACE(test.status.ToString());
    EXPECT_EQ(test.status.code(), test.code);
    EXPECT_EQ(ReasonOf(test.status), test.reason);
    EXPECT_EQ(RetryDelayOf(test.status) != absl::InfiniteDuration(), test.retryable);
    EXPECT_LE(ReasonName(test.reason).size(), 63u);
  }
}

TEST(ErrorsTest, EveryReasonHasAFunction) {
  std::set<int> covered = {ERROR_REASON_UNSPECIFIED};
  for (const Case& test : AllErrors()) covered.insert(test.reason);
  for (int i = 0; i < ErrorReason_descriptor()->value_count(); ++i) {
    const auto* value = ErrorReason_descriptor()->value(i);
    EXPECT_TRUE(covered.count(value->number()) == 1) << value->name();
  }
}

TEST(ErrorsTest, FieldViolationsNameEveryField) {
  FieldViolations violations;
  EXPECT_TRUE(violations.ToStatus().ok());
  violations.Add("items[0].title", "is missing");
  violations.Add("page_size", "is negative");
  const auto bad_request = FieldViolationsOf(violations.ToStatus());
  ASSERT_EQ(bad_request.field_violations_size(), 2);
  EXPECT_EQ(bad_request.field_violations(1).field(), "page_size");
}

TEST(ErrorsTest, ForeignStatusHasNoReason) {
  EXPECT_EQ(ReasonOf(absl::InternalError("x")), ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(RetryDelayOf(absl::InternalError("x")), absl::InfiniteDuration());
}

}  // namespace
}  // namespace dateline::error
