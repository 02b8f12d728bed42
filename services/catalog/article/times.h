#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_TIMES_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_TIMES_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace dateline::catalog {

// Between google.protobuf.Timestamp and absl::Time; exact to the nanosecond.
inline absl::Time TimeFromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

inline google::protobuf::Timestamp TimeToProto(absl::Time time) {
  google::protobuf::Timestamp proto;
  const absl::Duration since_epoch = time - absl::UnixEpoch();
  const absl::Duration seconds = absl::Floor(since_epoch, absl::Seconds(1));
  proto.set_seconds(absl::ToInt64Seconds(seconds));
  proto.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(since_epoch - seconds)));
  return proto;
}

// True for what google.protobuf.Timestamp allows: years 1 to 9999, nanos 0 to 999,999,999.
inline bool IsValidTime(const google::protobuf::Timestamp& time) {
  return time.seconds() >= -62135596800 && time.seconds() <= 253402300799 && time.nanos() >= 0 &&
         time.nanos() <= 999'999'999;
}

}  // namespace dateline::catalog

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_TIMES_H_
