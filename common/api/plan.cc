#include "common/api/plan.h"

#include <map>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"

namespace dateline::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using options::v1::FieldRules;

class Plans {
 public:
  const MessagePlan& Get(const Descriptor* type) {
    MutexLock lock(mutex_);
    return *Compile(type);
  }

 private:
  const MessagePlan* Compile(const Descriptor* type) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::unique_ptr<MessagePlan>& place = plans_[type];
    if (place != nullptr) return place.get();
    place = std::make_unique<MessagePlan>();
    // Types may hold themselves, so it is in the map before its fields are looked at.
    MessagePlan* const plan = place.get();
    for (int i = 0; i < type->field_count(); ++i) AddField(type->field(i), plan);
    return plan;
  }

  void AddField(const FieldDescriptor* field, MessagePlan* plan)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    FieldPlan compiled;
    compiled.field = field;
    compiled.rules = &RulesOf(field);
    if (field->is_map()) {
      compiled.key = ValueOf(field->message_type()->map_key(), compiled.rules->map().keys());
      compiled.value = ValueOf(field->message_type()->map_value(), compiled.rules->map().values());
    } else {
      compiled.value = ValueOf(
          field, field->is_repeated() ? compiled.rules->repeated().items() : *compiled.rules);
    }
    const bool has_rules = field->options().HasExtension(options::v1::field);
    if (has_rules || compiled.value.kind != ValueKind::kNothing ||
        compiled.key.kind != ValueKind::kNothing) {
      plan->fields.push_back(compiled);
    }
  }

  ValuePlan ValueOf(const FieldDescriptor* field, const FieldRules& rules)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ValuePlan value;
    value.kind = KindOf(field);
    value.field = field;
    value.rules = &rules;
    if (value.kind == ValueKind::kMessage) value.message = Compile(field->message_type());
    if (value.kind == ValueKind::kInteger && rules.type_case() == FieldRules::TYPE_NOT_SET) {
      value.kind = ValueKind::kNothing;
    }
    return value;
  }

  Mutex mutex_;
  std::map<const Descriptor*, std::unique_ptr<MessagePlan>> plans_ ABSL_GUARDED_BY(mutex_);
};

ValueKind KindOfMessage(const Descriptor* type) {
  switch (type->well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return ValueKind::kTimestamp;
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return ValueKind::kDuration;
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return ValueKind::kFieldMask;
    default:
      return ValueKind::kMessage;
  }
}

}  // namespace

const MessagePlan& PlanOf(const Descriptor* type) {
  static auto* const plans = new Plans;  // Never destroyed: calls may end after main.
  return plans->Get(type);
}

const FieldRules& RulesOf(const FieldDescriptor* field) {
  return field->options().GetExtension(options::v1::field);
}

ValueKind KindOf(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field->type() == FieldDescriptor::TYPE_BYTES ? ValueKind::kBytes : ValueKind::kString;
    case FieldDescriptor::CPPTYPE_ENUM:
      return ValueKind::kEnum;
    case FieldDescriptor::CPPTYPE_BOOL:
      return ValueKind::kNothing;
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ValueKind::kReal;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return KindOfMessage(field->message_type());
    default:
      return ValueKind::kInteger;
  }
}

}  // namespace dateline::api
