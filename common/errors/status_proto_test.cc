#include "common/errors/status_proto.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/cord.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "google/rpc/error_details.pb.h"

namespace dateline::error {
namespace {

int CountErrorInfos(const google::rpc::Status& proto) {
  int count = 0;
  for (const auto& detail : proto.details()) count += detail.Is<google::rpc::ErrorInfo>() ? 1 : 0;
  return count;
}

TEST(StatusProtoTest, KeepsDetailsThereAndBack) {
  const absl::Status status = ResourceNotFound("topics/x");
  const google::rpc::Status proto = ToProto(status);
  EXPECT_EQ(CountErrorInfos(proto), 1);
  EXPECT_EQ(proto.details_size(), 2);
  EXPECT_EQ(FromProto(proto), status);
}

TEST(StatusProtoTest, GivesForeignErrorsTheirCodesReason) {
  const google::rpc::Status proto = ToProto(absl::DeadlineExceededError("late"));
  EXPECT_EQ(CountErrorInfos(proto), 1);
  EXPECT_EQ(ReasonOf(FromProto(proto)), errors::v1::ERROR_REASON_DEADLINE_EXCEEDED);
}

TEST(StatusProtoTest, CutsLongTextsToWholeCodePoints) {
  std::string text;
  for (int i = 0; i < 2'000; ++i) text += "ж";
  const google::rpc::Status proto = ToProto(absl::InternalError("x" + text));
  EXPECT_LE(proto.message().size(), limits::kMaxErrorMessageBytes);
}

TEST(StatusProtoTest, LeavesInternalPayloadsOut) {
  absl::Status status = Internal("step");
  status.SetPayload("dateline.internal/constraint", absl::Cord("secret_name"));
  EXPECT_EQ(ToProto(status).DebugString().find("secret_name"), std::string::npos);
}

TEST(StatusProtoTest, TakesUnknownCodesForUnknown) {
  google::rpc::Status proto;
  proto.set_code(99);
  EXPECT_EQ(FromProto(proto).code(), absl::StatusCode::kUnknown);
}

}  // namespace
}  // namespace dateline::error
