#ifndef DATELINE_SERVICES_CLI_COMMANDS_FIELDS_H_
#define DATELINE_SERVICES_CLI_COMMANDS_FIELDS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/repeated_field.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/cli/arguments.h"

// Fields of resources as options give them. Each function takes an option if it is given, and then
// adds the field's name to the mask of an update.
namespace dateline::cli {

// A text; empty clears the field.
void TakeText(const Arguments& arguments, absl::string_view option, const char* field,
              std::string* value, google::protobuf::FieldMask* mask);

// Values separated by commas; empty clears the field.
void TakeList(const Arguments& arguments, absl::string_view option, const char* field,
              google::protobuf::RepeatedPtrField<std::string>* values,
              google::protobuf::FieldMask* mask);

// Names of a collection, or ids of it, separated by commas.
void TakeNames(const Arguments& arguments, absl::string_view option, const char* field,
               absl::string_view collection, google::protobuf::RepeatedPtrField<std::string>* names,
               google::protobuf::FieldMask* mask);

// An instant as RFC 3339 has it. INVALID_ARGUMENT, naming `what`.
absl::StatusOr<google::protobuf::Timestamp> ParseInstant(const std::string& text,
                                                         absl::string_view what);

// INVALID_ARGUMENT if no option that changes something was given.
absl::Status ExpectFields(const google::protobuf::FieldMask& mask);

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_COMMANDS_FIELDS_H_
