#ifndef DATELINE_COMMON_API_CHECK_H_
#define DATELINE_COMMON_API_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "dateline/options/v1/options.pb.h"
#include "google/protobuf/message.h"

namespace dateline::api {

// What is done about fields that the contract, as this program knows it, does not have.
enum class UnknownFields { kIgnored, kRefused };

// What the methods of a role do: readers' and editors' refuse them, so that a mistyped or newer
// option is never passed over in silence; those of services and ingesters take them, since a fleet
// is not renewed at one blow.
UnknownFields UnknownFieldsFor(options::v1::Role role);

// Holds a request, or a message of a stream, to the rules that the contract gives its fields
// (dateline/options/v1/field.proto) and to what holds for every field. INVALID_ARGUMENT with a
// BadRequest that names the fields as they stand in the request, the first 16 faults; `prefix`
// stands before them (`requests[3]`), if the message is part of another. An unknown field is named
// by its number (`filter.99`).
//
// Takes time in proportion to the message. Parsed messages only: how deep they nest is bounded by
// the parser. What the descriptors say is compiled once for each type. Thread-safe.
absl::Status Check(const google::protobuf::Message& message, absl::string_view prefix = "",
                   UnknownFields unknown = UnknownFields::kIgnored);

// The number of unknown fields in a message and all that it holds. Thread-safe.
size_t CountUnknownFields(const google::protobuf::Message& message);

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_CHECK_H_
