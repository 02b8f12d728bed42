#include "common/api/reachable.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "common/api/plan.h"

namespace dateline::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using options::v1::FieldRules;

// Whether the rules bound one value; what is missing otherwise.
const char* MissingBound(ValueKind kind, const FieldDescriptor* field, const FieldRules& rules) {
  const auto& text = rules.string();
  const auto range = [](const auto& bounds) { return bounds.has_gte() && bounds.has_lte(); };
  switch (kind) {
    case ValueKind::kString:
      if (text.has_max_len() || text.has_max_bytes() || text.in_size() > 0 ||
          text.resource_size() > 0 || text.well_known_case() != text.WELL_KNOWN_NOT_SET) {
        return nullptr;
      }
      return "string.max_len";
    case ValueKind::kBytes:
      return rules.bytes().has_max_len() ? nullptr : "bytes.max_len";
    case ValueKind::kInteger:
    case ValueKind::kNothing:
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) return nullptr;
      if (range(rules.int32()) || range(rules.int64()) || rules.uint32().has_lte() ||
          rules.uint64().has_lte()) {
        return nullptr;
      }
      return "gte and lte";
    case ValueKind::kReal:
      return range(rules.double_()) ? nullptr : "double.gte and lte";
    case ValueKind::kDuration:
      return range(rules.duration()) ? nullptr : "duration.gte and lte";
    case ValueKind::kFieldMask:
      return rules.field_mask().has_max_paths() ? nullptr : "field_mask.max_paths";
    case ValueKind::kEnum:
    case ValueKind::kTimestamp:
    case ValueKind::kMessage:
      return nullptr;
  }
  return nullptr;
}

FieldRules::TypeCase TypeOf(const FieldDescriptor* field) {
  if (field->is_map()) return FieldRules::kMap;
  if (field->is_repeated()) return FieldRules::kRepeated;
  switch (KindOf(field)) {
    case ValueKind::kString:
      return FieldRules::kString;
    case ValueKind::kBytes:
      return FieldRules::kBytes;
    case ValueKind::kReal:
      return FieldRules::kDouble;
    case ValueKind::kEnum:
      return FieldRules::kEnum;
    case ValueKind::kTimestamp:
      return FieldRules::kTimestamp;
    case ValueKind::kDuration:
      return FieldRules::kDuration;
    case ValueKind::kFieldMask:
      return FieldRules::kFieldMask;
    case ValueKind::kMessage:
      return FieldRules::kMessage;
    default:
      break;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return FieldRules::kInt32;
    case FieldDescriptor::CPPTYPE_INT64:
      return FieldRules::kInt64;
    case FieldDescriptor::CPPTYPE_UINT32:
      return FieldRules::kUint32;
    case FieldDescriptor::CPPTYPE_UINT64:
      return FieldRules::kUint64;
    default:
      return FieldRules::TYPE_NOT_SET;
  }
}

// Calls `visit` for each field that can be reached from `type`.
template <typename Visit>
void ForEachField(const Descriptor* type, std::set<const Descriptor*>* seen, const Visit& visit) {
  if (!seen->insert(type).second) return;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* const field = type->field(i);
    visit(field);
    const FieldDescriptor* const value =
        field->is_map() ? field->message_type()->map_value() : field;
    if (KindOf(value) == ValueKind::kMessage) {
      ForEachField(value->message_type(), seen, visit);
    }
  }
}

template <typename Visit>
std::vector<std::string> Collect(const std::vector<const Descriptor*>& types, const Visit& visit) {
  std::set<std::string> found;
  std::set<const Descriptor*> seen;
  for (const Descriptor* type : types) {
    ForEachField(type, &seen, [&](const FieldDescriptor* field) { visit(field, &found); });
  }
  return {found.begin(), found.end()};
}

void AddUnbounded(const FieldDescriptor* field, std::set<std::string>* found) {
  const FieldRules& rules = RulesOf(field);
  const auto add = [&](const char* missing) {
    if (missing != nullptr) found->insert(absl::StrCat(field->full_name(), ": ", missing));
  };
  const auto value = [&](const FieldDescriptor* of, const FieldRules& by) {
    add(MissingBound(KindOf(of), of, by));
  };
  if (field->is_map()) {
    const auto& map = rules.map();
    if (!map.has_max_pairs()) add("map.max_pairs");
    value(field->message_type()->map_key(), map.keys());
    value(field->message_type()->map_value(), map.values());
  } else if (field->is_repeated()) {
    if (!rules.repeated().has_max_items()) add("repeated.max_items");
    value(field, rules.repeated().items());
  } else {
    value(field, rules);
  }
}

}  // namespace

std::vector<std::string> UnboundedFields(const std::vector<const Descriptor*>& types) {
  return Collect(types, AddUnbounded);
}

std::vector<std::string> MisplacedRules(const std::vector<const Descriptor*>& types) {
  return Collect(types, [](const FieldDescriptor* field, std::set<std::string>* found) {
    const auto type = RulesOf(field).type_case();
    if (type != FieldRules::TYPE_NOT_SET && type != TypeOf(field)) {
      found->insert(field->full_name());
    }
  });
}

std::vector<const Descriptor*> RequestTypes(const google::protobuf::FileDescriptor* file) {
  std::vector<const Descriptor*> types;
  for (int i = 0; i < file->service_count(); ++i) {
    for (int j = 0; j < file->service(i)->method_count(); ++j) {
      types.push_back(file->service(i)->method(j)->input_type());
    }
  }
  return types;
}

}  // namespace dateline::api
