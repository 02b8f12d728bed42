#include "services/catalog/upsert/known_values.h"

#include <vector>

#include "absl/strings/str_cat.h"

namespace dateline::catalog::upsert {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Element `i` of a field, -1 for one that is not repeated.
std::string UnknownIn(const Message& message, const FieldDescriptor& field, int i) {
  const Reflection& reflection = *message.GetReflection();
  const std::string name =
      i < 0 ? std::string(field.name()) : absl::StrCat(field.name(), "[", i, "]");
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    const int number = i < 0 ? reflection.GetEnumValue(message, &field)
                             : reflection.GetRepeatedEnumValue(message, &field, i);
    return field.enum_type()->FindValueByNumber(number) == nullptr ? name : "";
  }
  const std::string within =
      FirstUnknownEnum(i < 0 ? reflection.GetMessage(message, &field)
                             : reflection.GetRepeatedMessage(message, &field, i));
  return within.empty() ? "" : absl::StrCat(name, ".", within);
}

}  // namespace

std::string FirstUnknownEnum(const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM &&
        field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    }
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 0;
    for (int i = field->is_repeated() ? 0 : -1; i < count; ++i) {
      std::string unknown = UnknownIn(message, *field, i);
      if (!unknown.empty()) return unknown;
      if (!field->is_repeated()) break;
    }
  }
  return "";
}

}  // namespace dateline::catalog::upsert
