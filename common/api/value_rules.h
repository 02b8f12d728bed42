#ifndef DATELINE_COMMON_API_VALUE_RULES_H_
#define DATELINE_COMMON_API_VALUE_RULES_H_

#include <string>

#include "common/api/text_rules.h"
#include "dateline/options/v1/field.pb.h"
#include "google/protobuf/message.h"

namespace dateline::api {

// One value within a message: a field's, or an item's of a list. Both must outlive it.
struct ValueRef {
  const google::protobuf::Message& message;
  const google::protobuf::FieldDescriptor* field;
  int index = -1;  // Of an item; -1 for the field's own value.

  const google::protobuf::Message& AsMessage() const;
  // `scratch` is used if the message does not hold the text as a std::string.
  const std::string& AsString(std::string* scratch) const;
  int AsEnum() const;
  // A text, a whole number, a bool or an enum as text: the same for the same value only.
  std::string AsText() const;
};

// What is wrong with a value by `rules` and by what holds for every value of its type. All are
// thread-safe.
Fault FaultOfBytes(const std::string& bytes, const options::v1::BytesRules& rules);
Fault FaultOfInteger(const ValueRef& value, const options::v1::FieldRules& rules);
Fault FaultOfReal(const ValueRef& value, const options::v1::DoubleRules& rules);
Fault FaultOfEnum(const ValueRef& value, const options::v1::EnumRules& rules);
// `message` is a google.protobuf.Timestamp, Duration or FieldMask.
Fault FaultOfTimestamp(const google::protobuf::Message& message,
                       const options::v1::TimestampRules& rules);
Fault FaultOfDuration(const google::protobuf::Message& message,
                      const options::v1::DurationRules& rules);
Fault FaultOfFieldMask(const google::protobuf::Message& message,
                       const options::v1::FieldMaskRules& rules);

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_VALUE_RULES_H_
