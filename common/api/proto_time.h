#ifndef DATELINE_COMMON_API_PROTO_TIME_H_
#define DATELINE_COMMON_API_PROTO_TIME_H_

#include <cstdint>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

// Instants and durations as messages and back. All pure. Instants are cut to whole microseconds,
// towards the past, which is what PostgreSQL keeps: so all services judge by the same instant.
namespace dateline::api {

// `time` holds the bounds of its type: years 1 to 9999, nanos 0 to 999,999,999.
inline absl::Time TimeFromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixMicros(time.seconds() * 1'000'000 + time.nanos() / 1'000);
}

// `time` is finite.
inline google::protobuf::Timestamp TimeToProto(absl::Time time) {
  const absl::Time whole = absl::FromUnixMicros(absl::ToUnixMicros(time));
  google::protobuf::Timestamp proto;
  proto.set_seconds(absl::ToUnixSeconds(whole));
  proto.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(whole - absl::FromUnixSeconds(proto.seconds()))));
  return proto;
}

// Cut to whole nanoseconds, towards zero; an infinite one is 292 years.
inline google::protobuf::Duration DurationToProto(absl::Duration duration) {
  const int64_t nanoseconds = absl::ToInt64Nanoseconds(duration);
  google::protobuf::Duration proto;
  proto.set_seconds(nanoseconds / 1'000'000'000);
  proto.set_nanos(static_cast<int32_t>(nanoseconds % 1'000'000'000));
  return proto;
}

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_PROTO_TIME_H_
