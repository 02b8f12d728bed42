#include "common/api/proto_time.h"

#include "gtest/gtest.h"

namespace dateline {
namespace {

TEST(ProtoTimeTest, KeepsMicrosecondsBeforeAndAfter1970) {
  constexpr struct {
    int64_t since_epoch;  // In nanoseconds.
    int64_t seconds;
    int32_t nanos;
  } kCases[] = {
      {0, 0, 0},
      {1'500'000'000, 1, 500'000'000},
      {1'500'000'999, 1, 500'000'000},
      {-1'000, -1, 999'999'000},
      {-1, -1, 999'999'000},
      {-1'000'000'000, -1, 0},
  };
  for (const auto& c : kCases) {
    const absl::Time time = absl::UnixEpoch() + absl::Nanoseconds(c.since_epoch);
    const google::protobuf::Timestamp proto = TimeToProto(time);
    EXPECT_EQ(proto.seconds(), c.seconds) << c.since_epoch;
    EXPECT_EQ(proto.nanos(), c.nanos) << c.since_epoch;
    EXPECT_EQ(TimeFromProto(proto), absl::FromUnixMicros(absl::ToUnixMicros(time)));
  }
}

TEST(ProtoTimeTest, ReadsWholeMicroseconds) {
  google::protobuf::Timestamp proto;
  proto.set_seconds(-1);
  proto.set_nanos(999'999'999);
  EXPECT_EQ(TimeFromProto(proto), absl::FromUnixMicros(-1));
}

TEST(ProtoTimeTest, CoversAllYearsOfTheContract) {
  for (const int year : {1, 9999}) {
    const absl::Time time = absl::FromCivil(absl::CivilDay(year, 1, 1), absl::UTCTimeZone());
    EXPECT_EQ(TimeFromProto(TimeToProto(time)), time) << year;
  }
}

TEST(ProtoTimeTest, KeepsDurationsToTheNanosecond) {
  for (const int64_t nanos : {int64_t{0}, int64_t{-1}, int64_t{1'500'000'001},
                              int64_t{-1'500'000'001}, int64_t{3'600'000'000'000}}) {
    const google::protobuf::Duration proto = DurationToProto(absl::Nanoseconds(nanos));
    EXPECT_EQ(DurationFromProto(proto), absl::Nanoseconds(nanos));
    EXPECT_EQ(proto.seconds(), nanos / 1'000'000'000);  // Both parts have the same sign.
  }
}

}  // namespace
}  // namespace dateline
