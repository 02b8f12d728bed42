#ifndef DATELINE_COMMON_API_CHECK_H_
#define DATELINE_COMMON_API_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace dateline::api {

// Holds a request, or a message of a stream, to the rules that the contract gives its fields
// (dateline/options/v1/field.proto) and to what holds for every field. INVALID_ARGUMENT with a
// BadRequest that names the fields as they stand in the request, the first 16 faults; `prefix`
// stands before them (`requests[3]`), if the message is part of another.
//
// Takes time in proportion to the message. Parsed messages only: how deep they nest is bounded by
// the parser. What the descriptors say is compiled once for each type. Thread-safe.
absl::Status Check(const google::protobuf::Message& message, absl::string_view prefix = "");

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_CHECK_H_
