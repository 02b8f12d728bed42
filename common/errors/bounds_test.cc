// Every error reaches its caller: whatever it is made of, it is small and valid UTF-8.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/text/utf8.h"

namespace dateline::error {
namespace {

std::string Repeated(absl::string_view unit) {
  std::string text;
  while (text.size() < 1 << 20) absl::StrAppend(&text, unit);
  return text;
}

// All functions that repeat what they are given.
std::vector<absl::Status> AllErrorsOf(absl::string_view text) {
  FieldViolations violations;
  for (int i = 0; i < 1'000; ++i) violations.Add(text, text);
  FieldViolations short_ones;
  for (int i = 0; i < 1'000; ++i) short_ones.Add(absl::StrCat("f[", i, "]"), "must be set");
  return {
      violations.ToStatus(),
      short_ones.ToStatus(),
      InvalidField(text, text),
      InvalidPageToken(text),
      PageTokenMismatch(text),
      InvalidPosition(text),
      DocumentTooLarge(~size_t{0}, ~size_t{0}),
      UnknownFormat(text),
      TooManyEntries(~size_t{0}, ~size_t{0}),
      RequestIdReused(text),
      ResourceNotFound(text),
      ResourceExists(text),
      EtagMismatch(text),
      PathTaken(text),
      StateConflict(text, text),
      ResourceInUse(text, text),
      TakenDown(text),
      LeaseLost(text),
      PositionExpired(text),
      PeerUnavailable(text),
      FetchFailed(text, text),
      AddressNotPublic(text),
      NotImplemented(text),
      Internal(text),
      PermissionDenied(text),
      absl::InvalidArgumentError(text),
      absl::DataLossError(text),
  };
}

TEST(ErrorBoundsTest, AreKeptByEveryErrorOfAMegabyte) {
  for (const char* const unit : {"a", "ж", "漢", "\xFF", "\n", "topics/x"}) {
    const std::string text = Repeated(unit);
    for (const absl::Status& status : AllErrorsOf(text)) {
      const google::rpc::Status proto = ToProto(status);
      SCOPED_TRACE(proto.message());
      EXPECT_LE(proto.message().size(), limits::kMaxErrorMessageBytes);
      EXPECT_LE(proto.ByteSizeLong(), limits::kMaxErrorBytes);
      EXPECT_TRUE(text::IsValidUtf8(proto.message()));
      EXPECT_NE(ReasonOf(FromProto(proto)), errors::v1::ERROR_REASON_UNSPECIFIED);
      // Valid UTF-8 throughout, or the details could not be parsed.
      const auto bad_request = FieldViolationsOf(FromProto(proto));
      for (const auto& violation : bad_request.field_violations()) {
        EXPECT_TRUE(text::IsValidUtf8(violation.field()));
        EXPECT_TRUE(text::IsValidUtf8(violation.description()));
      }
    }
  }
}

TEST(ErrorBoundsTest, SayWhatHappenedAfterALongValue) {
  const std::string text = Repeated("x");
  EXPECT_TRUE(absl::EndsWith(ResourceNotFound(text).message(), "... does not exist"));
  EXPECT_TRUE(absl::EndsWith(PathTaken(text).message(), "... is taken"));
}

TEST(ErrorBoundsTest, KeepAsManyViolationsAsFitAndCountTheRest) {
  FieldViolations violations;
  for (int i = 0; i < 1'000; ++i) violations.Add(absl::StrCat("f[", i, "]"), "must be set");
  const absl::Status status = violations.ToStatus();
  const int kept = FieldViolationsOf(status).field_violations_size();
  EXPECT_GT(kept, 50);
  EXPECT_LT(kept, 200);
  size_t named = 0;
  for (size_t at = 0; (at = status.message().find("must be set", at)) != std::string::npos; ++at) {
    ++named;
  }
  EXPECT_TRUE(absl::EndsWith(status.message(), absl::StrCat("; and ", 1'000 - named, " more")))
      << status.message();
}

TEST(ErrorBoundsTest, AreKeptWhenAPeerSentMore) {
  google::rpc::BadRequest bad_request;
  for (int i = 0; i < 100; ++i) bad_request.add_field_violations()->set_field(Repeated("f"));
  absl::Status status = InvalidField("a", "is bad");
  AddBadRequest(&status, bad_request);
  google::rpc::DebugInfo debug;
  debug.set_detail(Repeated("d"));
  status.SetPayload("type.googleapis.com/google.rpc.DebugInfo",
                    absl::Cord(debug.SerializeAsString()));
  const google::rpc::Status proto = ToProto(status);
  EXPECT_LE(proto.ByteSizeLong(), limits::kMaxErrorBytes);
  EXPECT_EQ(ReasonOf(FromProto(proto)), errors::v1::ERROR_REASON_INVALID_FIELD);
}

}  // namespace
}  // namespace dateline::error
