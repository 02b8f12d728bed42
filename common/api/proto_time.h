#ifndef DATELINE_COMMON_API_PROTO_TIME_H_
#define DATELINE_COMMON_API_PROTO_TIME_H_

#include <cstdint>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

// Instants and durations between their messages and Abseil's types. An instant has whole
// microseconds, rounded towards the past: PostgreSQL keeps no more, and one that is compared with
// what was stored must not differ by what was lost there. All functions are pure.
namespace dateline {

inline absl::Time TimeFromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Microseconds(time.nanos() / 1'000);
}

inline google::protobuf::Timestamp TimeToProto(absl::Time time) {
  constexpr int64_t kPerSecond = 1'000'000;
  const int64_t micros = absl::ToUnixMicros(time);
  const int64_t rest = (micros % kPerSecond + kPerSecond) % kPerSecond;
  google::protobuf::Timestamp proto;
  proto.set_seconds(micros / kPerSecond - (micros % kPerSecond < 0 ? 1 : 0));
  proto.set_nanos(static_cast<int32_t>(rest * 1'000));
  return proto;
}

inline absl::Duration DurationFromProto(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

// To the nanosecond; above 292 years, 292 years.
inline google::protobuf::Duration DurationToProto(absl::Duration duration) {
  const int64_t nanos = absl::ToInt64Nanoseconds(duration);
  google::protobuf::Duration proto;
  proto.set_seconds(nanos / 1'000'000'000);
  proto.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  return proto;
}

}  // namespace dateline

#endif  // DATELINE_COMMON_API_PROTO_TIME_H_
