#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_TIME_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_TIME_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace dateline::ingestion::pipeline {

// Instants and durations as messages, in microseconds (what PostgreSQL keeps). Pure.
inline void ToProto(absl::Time time, google::protobuf::Timestamp* out) {
  const absl::Time whole = absl::FromUnixMicros(absl::ToUnixMicros(time));
  const int64_t seconds = absl::ToUnixSeconds(whole);
  out->set_seconds(seconds);
  out->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(whole - absl::FromUnixSeconds(seconds))));
}

inline void ToProto(absl::Duration duration, google::protobuf::Duration* out) {
  const int64_t nanoseconds = absl::ToInt64Nanoseconds(duration);
  out->set_seconds(nanoseconds / 1'000'000'000);
  out->set_nanos(static_cast<int32_t>(nanoseconds % 1'000'000'000));
}

inline absl::Time FromProto(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_TIME_H_
