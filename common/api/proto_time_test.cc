#include "common/api/proto_time.h"

#include <gtest/gtest.h>

namespace dateline::api {
namespace {

TEST(ProtoTimeTest, CutsToMicrosecondsTowardsThePast) {
  const absl::Time late = absl::FromUnixSeconds(7) + absl::Nanoseconds(1'999);
  EXPECT_EQ(TimeToProto(late).seconds(), 7);
  EXPECT_EQ(TimeToProto(late).nanos(), 1'000);
  // Nanos count forwards, before 1970 too.
  const absl::Time early = absl::UnixEpoch() - absl::Nanoseconds(1'001);
  EXPECT_EQ(TimeToProto(early).seconds(), -1);
  EXPECT_EQ(TimeToProto(early).nanos(), 999'998'000);
}

TEST(ProtoTimeTest, ComesBack) {
  for (const int64_t micros :
       {int64_t{0}, int64_t{-1}, int64_t{1}, -62135596800 * 1'000'000, 253402300799 * 1'000'000}) {
    EXPECT_EQ(TimeFromProto(TimeToProto(absl::FromUnixMicros(micros))),
              absl::FromUnixMicros(micros));
  }
  google::protobuf::Timestamp finer;
  finer.set_seconds(-1);
  finer.set_nanos(1'999);
  EXPECT_EQ(TimeFromProto(finer), absl::FromUnixMicros(-999'999));
}

TEST(ProtoTimeTest, GivesBothPartsOfADurationOneSign) {
  EXPECT_EQ(DurationToProto(absl::Milliseconds(-1'500)).seconds(), -1);
  EXPECT_EQ(DurationToProto(absl::Milliseconds(-1'500)).nanos(), -500'000'000);
  EXPECT_GT(DurationToProto(absl::InfiniteDuration()).seconds(), int64_t{9'000'000'000});
}

}  // namespace
}  // namespace dateline::api
