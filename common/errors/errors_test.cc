#include "common/errors/errors.h"

#include <set>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace dateline::error {
namespace {

using ::absl::StatusCode;

struct Case {
  absl::Status status;
  StatusCode code;
  absl::string_view reason;
};

std::vector<Case> AllFailures() {
  return {
      {InvalidField("f", "is bad"), StatusCode::kInvalidArgument, "INVALID_FIELD"},
      {InvalidPageToken("page_token"), StatusCode::kInvalidArgument, "INVALID_PAGE_TOKEN"},
      {PageTokenMismatch(), StatusCode::kInvalidArgument, "PAGE_TOKEN_MISMATCH"},
      {InvalidPosition("position"), StatusCode::kInvalidArgument, "INVALID_POSITION"},
      {DocumentTooLarge(2, 1), StatusCode::kInvalidArgument, "DOCUMENT_TOO_LARGE"},
      {TooManyEntries(2, 1), StatusCode::kInvalidArgument, "TOO_MANY_ENTRIES"},
      {UnknownFormat("x"), StatusCode::kInvalidArgument, "UNKNOWN_FORMAT"},
      {EntityExpansion(), StatusCode::kInvalidArgument, "ENTITY_EXPANSION"},
      {EmptyEntry(), StatusCode::kInvalidArgument, "EMPTY_ENTRY"},
      {AddressNotPublic("u"), StatusCode::kInvalidArgument, "ADDRESS_NOT_PUBLIC"},
      {RequestIdReused("r"), StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"},
      {ResourceNotFound("n"), StatusCode::kNotFound, "RESOURCE_NOT_FOUND"},
      {ResourceExists("n"), StatusCode::kAlreadyExists, "RESOURCE_EXISTS"},
      {PathTaken("/p"), StatusCode::kAlreadyExists, "PATH_TAKEN"},
      {EtagMismatch("n"), StatusCode::kAborted, "ETAG_MISMATCH"},
      {StateConflict("n", "S"), StatusCode::kFailedPrecondition, "STATE_CONFLICT"},
      {ResourceInUse("n"), StatusCode::kFailedPrecondition, "RESOURCE_IN_USE"},
      {TakenDown("n"), StatusCode::kFailedPrecondition, "TAKEN_DOWN"},
      {LeaseLost("s"), StatusCode::kFailedPrecondition, "LEASE_LOST"},
      {PositionExpired("old"), StatusCode::kFailedPrecondition, "POSITION_EXPIRED"},
      {PositionNotReached(), StatusCode::kUnavailable, "POSITION_NOT_REACHED"},
      {Overloaded(), StatusCode::kUnavailable, "OVERLOADED"},
      {DatabaseUnavailable(), StatusCode::kUnavailable, "DATABASE_UNAVAILABLE"},
      {PeerUnavailable("catalog"), StatusCode::kUnavailable, "PEER_UNAVAILABLE"},
      {NotReady(), StatusCode::kUnavailable, "NOT_READY"},
      {FetchFailed("u", "timeout"), StatusCode::kUnavailable, "FETCH_FAILED"},
      {QuotaExceeded(kDefaultRetry), StatusCode::kResourceExhausted, "QUOTA_EXCEEDED"},
      {Conflict(), StatusCode::kAborted, "CONFLICT"},
      {OutcomeUnknown(), StatusCode::kUnknown, "OUTCOME_UNKNOWN"},
      {DeadlineExceeded(), StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED"},
      {Cancelled(), StatusCode::kCancelled, "CANCELLED"},
      {NotImplemented("m"), StatusCode::kUnimplemented, "NOT_IMPLEMENTED"},
      {Internal("w"), StatusCode::kInternal, "INTERNAL"},
      {Unauthenticated(), StatusCode::kUnauthenticated, "UNAUTHENTICATED"},
      {PermissionDenied("EDITOR"), StatusCode::kPermissionDenied, "PERMISSION_DENIED"},
  };
}

TEST(Errors, EachFailureHasItsCodeAndReason) {
  for (const Case& c : AllFailures()) {
    SCOPED_TRACE(std::string(c.reason));
    EXPECT_EQ(c.status.code(), c.code);
    const auto payload = c.status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
    ASSERT_TRUE(payload.has_value());
    google::rpc::ErrorInfo info;
    ASSERT_TRUE(info.ParseFromString(std::string(*payload)));
    EXPECT_EQ(info.domain(), "dateline");
    EXPECT_EQ(info.reason(), std::string(c.reason));
    EXPECT_EQ(errors::v1::ErrorReason_Name(ReasonOf(c.status)),
              absl::StrCat("ERROR_REASON_", c.reason));
    EXPECT_EQ(RetryDelayOf(c.status) > absl::ZeroDuration(),
              c.code == StatusCode::kUnavailable || c.code == StatusCode::kResourceExhausted);
  }
}

TEST(Errors, EveryReasonHasAFunction) {
  std::set<int> seen;
  for (const Case& c : AllFailures()) {
    EXPECT_TRUE(seen.insert(ReasonOf(c.status)).second) << c.reason;
  }
  for (int value = errors::v1::ErrorReason_MIN; value <= errors::v1::ErrorReason_MAX; ++value) {
    if (value == 0 || !errors::v1::ErrorReason_IsValid(value)) continue;
    EXPECT_EQ(seen.count(value), 1u) << errors::v1::ErrorReason_Name(value);
  }
}

TEST(FieldViolations, TellsEveryFieldInOrder) {
  FieldViolations violations;
  EXPECT_TRUE(violations.ToStatus().ok());
  violations.Add("a", "must not be empty");
  violations.Add("b.c", "is negative");
  const absl::Status status = violations.ToStatus();
  EXPECT_EQ(status.message(), "a: must not be empty; b.c: is negative");
  EXPECT_THAT(FieldViolationsOf(status),
              testing::ElementsAre(FieldViolation{"a", "must not be empty"},
                                   FieldViolation{"b.c", "is negative"}));
}

TEST(WithReason, AddsOnlyWhatIsMissing) {
  EXPECT_EQ(WithReason(absl::OkStatus()), absl::OkStatus());
  EXPECT_EQ(WithReason(Conflict()), Conflict());
  EXPECT_EQ(ReasonOf(WithReason(absl::DataLossError("x"))), errors::v1::ERROR_REASON_INTERNAL);
  EXPECT_EQ(ReasonOf(absl::DataLossError("x")), errors::v1::ERROR_REASON_UNSPECIFIED);
}

TEST(RetryDelayOf, KeepsFractions) {
  EXPECT_EQ(RetryDelayOf(Overloaded(absl::Milliseconds(1250))), absl::Milliseconds(1250));
  EXPECT_EQ(RetryDelayOf(Overloaded(absl::Seconds(-1))), absl::ZeroDuration());
}

}  // namespace
}  // namespace dateline::error
