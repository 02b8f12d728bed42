#ifndef DATELINE_SERVICES_QUERY_REPLICA_STORE_TIME_H_
#define DATELINE_SERVICES_QUERY_REPLICA_STORE_TIME_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace dateline::query::replica {

// Timestamps as instants and back, in microseconds (what PostgreSQL keeps). Pure.
inline absl::Time FromProto(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixMicros(timestamp.seconds() * 1'000'000 + timestamp.nanos() / 1'000);
}

inline void ToProto(absl::Time time, google::protobuf::Timestamp* timestamp) {
  int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / 1'000'000;
  micros %= 1'000'000;
  if (micros < 0) {
    micros += 1'000'000;
    --seconds;
  }
  timestamp->set_seconds(seconds);
  timestamp->set_nanos(static_cast<int32_t>(micros * 1'000));
}

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_STORE_TIME_H_
