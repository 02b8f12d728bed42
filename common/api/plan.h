#ifndef DATELINE_COMMON_API_PLAN_H_
#define DATELINE_COMMON_API_PLAN_H_

#include <vector>

#include "dateline/options/v1/field.pb.h"
#include "google/protobuf/descriptor.h"

namespace dateline::api {

struct MessagePlan;

// How the value of a field is checked.
enum class ValueKind {
  kNothing,  // any value of its type is right: bool, or an integer without rules
  kString,
  kBytes,
  kInteger,
  kReal,
  kEnum,
  kTimestamp,
  kDuration,
  kFieldMask,
  kMessage,
};

// One value: a field's, an item's, a map's key or value.
struct ValuePlan {
  ValueKind kind = ValueKind::kNothing;
  const google::protobuf::FieldDescriptor* field = nullptr;
  const options::v1::FieldRules* rules = nullptr;  // Never null once compiled.
  const MessagePlan* message = nullptr;            // For kMessage.
};

// One field: a single value, a list, or a map.
struct FieldPlan {
  const google::protobuf::FieldDescriptor* field = nullptr;
  const options::v1::FieldRules* rules = nullptr;
  ValuePlan value;  // Of the field itself, of each item, or of a map's values.
  ValuePlan key;    // Of a map.
};

// What is to be looked at in a message of one type; fields in which nothing can be wrong are left
// out.
struct MessagePlan {
  std::vector<FieldPlan> fields;
};

// The plan for a type, made at the first call. Plans live as long as the program; the descriptors
// must, too. Thread-safe.
const MessagePlan& PlanOf(const google::protobuf::Descriptor* type);

// The rules of a field; the default instance if it has none.
const options::v1::FieldRules& RulesOf(const google::protobuf::FieldDescriptor* field);

// How values of `field` are checked, rules apart.
ValueKind KindOf(const google::protobuf::FieldDescriptor* field);

}  // namespace dateline::api

#endif  // DATELINE_COMMON_API_PLAN_H_
