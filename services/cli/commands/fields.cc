#include "services/cli/commands/fields.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/api/proto_time.h"
#include "services/cli/command.h"

namespace dateline::cli {

using google::protobuf::FieldMask;
using google::protobuf::RepeatedPtrField;

void TakeText(const Arguments& arguments, absl::string_view option, const char* field,
              std::string* value, FieldMask* mask) {
  if (!arguments.Has(option)) return;
  *value = arguments.Get(option, "");
  mask->add_paths(field);
}

void TakeList(const Arguments& arguments, absl::string_view option, const char* field,
              RepeatedPtrField<std::string>* values, FieldMask* mask) {
  if (!arguments.Has(option)) return;
  for (const absl::string_view value :
       absl::StrSplit(arguments.Get(option, ""), ',', absl::SkipWhitespace())) {
    *values->Add() = std::string(absl::StripAsciiWhitespace(value));
  }
  mask->add_paths(field);
}

void TakeNames(const Arguments& arguments, absl::string_view option, const char* field,
               absl::string_view collection, RepeatedPtrField<std::string>* names,
               FieldMask* mask) {
  TakeList(arguments, option, field, names, mask);
  for (std::string& name : *names) name = ResourceName(collection, name);
}

absl::StatusOr<google::protobuf::Timestamp> ParseInstant(const std::string& text,
                                                         absl::string_view what) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return TimeToProto(time);
  return absl::InvalidArgumentError(
      absl::StrCat(what, " must be a time such as 2026-11-26T09:00:00Z: ", error));
}

absl::Status ExpectFields(const FieldMask& mask) {
  if (!mask.paths().empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("there is nothing to change; `--help` shows the options");
}

}  // namespace dateline::cli
