#ifndef DATELINE_COMMON_ERRORS_STATUS_PROTO_H_
#define DATELINE_COMMON_ERRORS_STATUS_PROTO_H_

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace dateline::error {

// A status as google.rpc.Status, for trailers and for answers that carry one per item: its
// google.rpc payloads become details, with exactly one ErrorInfo (one of the code's own if it has
// none). The text is cut and escaped to limits::kMaxErrorMessageBytes, the whole to
// limits::kMaxErrorBytes: field violations are left out from the end, then whole details, the
// ErrorInfo never. Payloads that are no google.rpc message stay inside. Pure.
google::rpc::Status ToProto(const absl::Status& original);

// The way back. A code that is none of gRPC's becomes UNKNOWN. Pure.
absl::Status FromProto(const google::rpc::Status& proto);

}  // namespace dateline::error

#endif  // DATELINE_COMMON_ERRORS_STATUS_PROTO_H_
