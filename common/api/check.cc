#include "common/api/check.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/api/plan.h"
#include "common/api/text_rules.h"
#include "common/api/value_rules.h"
#include "common/errors/errors.h"
#include "google/protobuf/unknown_field_set.h"

namespace dateline::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// One walk through a message. Stops looking once there are as many faults as an error can name.
class Walk {
 public:
  Walk(absl::string_view prefix, UnknownFields unknown) : path_(prefix), unknown_(unknown) {}

  void Fields(const Message& message, const MessagePlan& plan) {
    Unknown(message);
    for (const FieldPlan& field : plan.fields) {
      if (full()) return;
      const size_t length = Enter(field.field->name());
      Field(message, field);
      path_.resize(length);
    }
  }

  absl::Status ToStatus() const { return violations_.ToStatus(); }

 private:
  static constexpr size_t kMaxFaults = 16;

  bool full() const { return violations_.size() >= kMaxFaults; }

  // Both return the path's length before.
  size_t Enter(absl::string_view name) {
    const size_t length = path_.size();
    absl::StrAppend(&path_, length == 0 ? "" : ".", name);
    return length;
  }
  size_t EnterItem(int index) {
    const size_t length = path_.size();
    absl::StrAppend(&path_, "[", index, "]");
    return length;
  }

  void Add(absl::string_view why) { violations_.Add(path_, why); }
  void AddIf(const Fault& fault) {
    if (fault.has_value()) Add(*fault);
  }

  void Unknown(const Message& message) {
    if (unknown_ == UnknownFields::kIgnored) return;
    const auto& fields = message.GetReflection()->GetUnknownFields(message);
    for (int i = 0; i < fields.field_count() && !full(); ++i) {
      const size_t length = Enter(absl::StrCat(fields.field(i).number()));
      Add("there is no field of this number");
      path_.resize(length);
    }
  }

  void Field(const Message& message, const FieldPlan& plan) {
    const auto* const reflection = message.GetReflection();
    if (plan.field->is_repeated()) {
      const int size = reflection->FieldSize(message, plan.field);
      if (size == 0 && plan.rules->required()) return Add("must not be empty");
      return plan.field->is_map() ? Map(message, plan, size) : List(message, plan, size);
    }
    if (reflection->HasField(message, plan.field)) {
      Value({message, plan.field}, plan.value);
    } else if (plan.rules->required()) {
      Add("must be set");
    }
  }

  // Whether the number of items is right: if it is not, they are not looked at.
  bool CountIsRight(int size, bool has_least, uint64_t least, bool has_most, uint64_t most,
                    absl::string_view what) {
    const auto count = static_cast<uint64_t>(size);
    if (has_most && count > most) {
      Add(absl::StrCat("must have at most ", most, " ", what, " and has ", count));
      return false;
    }
    if (has_least && count < least) {
      Add(absl::StrCat("must have at least ", least, " ", what, " and has ", count));
      return false;
    }
    return true;
  }

  void List(const Message& message, const FieldPlan& plan, int size) {
    const auto& rules = plan.rules->repeated();
    if (!CountIsRight(size, rules.has_min_items(), rules.min_items(), rules.has_max_items(),
                      rules.max_items(), "items")) {
      return;
    }
    if (rules.unique()) Unique(message, plan, size);
    if (rules.items_apart() || plan.value.kind == ValueKind::kNothing) return;
    for (int i = 0; i < size && !full(); ++i) {
      const size_t length = EnterItem(i);
      Value({message, plan.field, i}, plan.value);
      path_.resize(length);
    }
  }

  void Unique(const Message& message, const FieldPlan& plan, int size) {
    absl::flat_hash_set<std::string> seen;
    for (int i = 0; i < size; ++i) {
      if (seen.insert(ValueRef{message, plan.field, i}.AsText()).second) continue;
      const size_t length = EnterItem(i);
      Add("stands twice");
      path_.resize(length);
      return;
    }
  }

  void Map(const Message& message, const FieldPlan& plan, int size) {
    const auto& rules = plan.rules->map();
    if (!CountIsRight(size, rules.has_min_pairs(), rules.min_pairs(), rules.has_max_pairs(),
                      rules.max_pairs(), "pairs")) {
      return;
    }
    if (plan.key.kind == ValueKind::kNothing && plan.value.kind == ValueKind::kNothing) return;
    for (int i = 0; i < size && !full(); ++i) {
      const Message& pair = message.GetReflection()->GetRepeatedMessage(message, plan.field, i);
      const ValueRef key{pair, plan.field->message_type()->map_key()};
      const char* const quote =
          key.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING ? "\"" : "";
      const size_t length = path_.size();
      absl::StrAppend(&path_, "[", quote, key.AsText(), quote, "]");
      Value(key, plan.key);
      Value({pair, plan.field->message_type()->map_value()}, plan.value);
      path_.resize(length);
    }
  }

  void Value(const ValueRef& value, const ValuePlan& plan) {
    std::string scratch;
    switch (plan.kind) {
      case ValueKind::kNothing:
        return;
      case ValueKind::kString:
        return AddIf(FaultOfText(value.AsString(&scratch), plan.rules->string()));
      case ValueKind::kBytes:
        return AddIf(FaultOfBytes(value.AsString(&scratch), plan.rules->bytes()));
      case ValueKind::kInteger:
        return AddIf(FaultOfInteger(value, *plan.rules));
      case ValueKind::kReal:
        return AddIf(FaultOfReal(value, plan.rules->double_()));
      case ValueKind::kEnum:
        return AddIf(FaultOfEnum(value, plan.rules->enum_()));
      case ValueKind::kTimestamp:
        Unknown(value.AsMessage());
        return AddIf(FaultOfTimestamp(value.AsMessage(), plan.rules->timestamp()));
      case ValueKind::kDuration:
        Unknown(value.AsMessage());
        return AddIf(FaultOfDuration(value.AsMessage(), plan.rules->duration()));
      case ValueKind::kFieldMask:
        Unknown(value.AsMessage());
        return AddIf(FaultOfFieldMask(value.AsMessage(), plan.rules->field_mask()));
      case ValueKind::kMessage:
        return Submessage(value.AsMessage(), plan);
    }
  }

  void Submessage(const Message& message, const ValuePlan& plan) {
    const auto& rules = plan.rules->message();
    if (rules.has_max_bytes()) {
      const size_t bytes = message.ByteSizeLong();
      if (bytes > rules.max_bytes()) {
        Add(absl::StrCat("must have at most ", rules.max_bytes(), " bytes encoded and has ",
                         bytes));
        return;
      }
    }
    Fields(message, *plan.message);
  }

  std::string path_;
  const UnknownFields unknown_;
  error::FieldViolations violations_;
};

// How many there are in a message, of fields that the plan's messages do not have.
size_t CountUnknown(const Message& message, const MessagePlan& plan) {
  const auto* const reflection = message.GetReflection();
  auto count = static_cast<size_t>(reflection->GetUnknownFields(message).field_count());
  for (const FieldPlan& field : plan.fields) {
    if (field.value.kind != ValueKind::kMessage || field.field->is_map()) continue;
    if (!field.field->is_repeated()) {
      if (!reflection->HasField(message, field.field)) continue;
      count += CountUnknown(reflection->GetMessage(message, field.field), *field.value.message);
      continue;
    }
    const int size = reflection->FieldSize(message, field.field);
    for (int i = 0; i < size; ++i) {
      count += CountUnknown(reflection->GetRepeatedMessage(message, field.field, i),
                            *field.value.message);
    }
  }
  return count;
}

}  // namespace

UnknownFields UnknownFieldsFor(options::v1::Role role) {
  const bool is_between_services =
      role == options::v1::ROLE_INGESTER || role == options::v1::ROLE_SERVICE;
  return is_between_services ? UnknownFields::kIgnored : UnknownFields::kRefused;
}

absl::Status Check(const Message& message, absl::string_view prefix, UnknownFields unknown) {
  Walk walk(prefix, unknown);
  walk.Fields(message, PlanOf(message.GetDescriptor()));
  return walk.ToStatus();
}

size_t CountUnknownFields(const Message& message) {
  return CountUnknown(message, PlanOf(message.GetDescriptor()));
}

}  // namespace dateline::api
