#include "common/api/value_rules.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace dateline::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using options::v1::FieldRules;

// Of a field mask that has no rules, and of each path.
constexpr uint64_t kMaxPaths = 100;
constexpr size_t kMaxPathBytes = 256;
// google/protobuf/timestamp.proto and duration.proto.
constexpr int64_t kMinSeconds = -62'135'596'800;
constexpr int64_t kMaxSeconds = 253'402'300'799;
constexpr int64_t kMaxDurationSeconds = 315'576'000'000;
constexpr int64_t kNanos = 1'000'000'000;

template <typename Value, typename Rules>
Fault FaultOfRange(Value value, const Rules& rules) {
  const bool low = rules.has_gte() && value < rules.gte();
  const bool high = rules.has_lte() && value > rules.lte();
  if (!low && !high) return std::nullopt;
  if (rules.has_gte() && rules.has_lte()) {
    return absl::StrCat("must be ", rules.gte(), " to ", rules.lte(), " and is ", value);
  }
  return low ? absl::StrCat("must be at least ", rules.gte(), " and is ", value)
             : absl::StrCat("must be at most ", rules.lte(), " and is ", value);
}

// Seconds and nanoseconds, which Timestamp and Duration have alike.
struct Instant {
  int64_t seconds;
  int32_t nanos;

  bool operator<(const Instant& other) const {
    return seconds != other.seconds ? seconds < other.seconds : nanos < other.nanos;
  }
};

Instant InstantOf(const Message& message) {
  const auto* const type = message.GetDescriptor();
  const auto* const reflection = message.GetReflection();
  return {reflection->GetInt64(message, type->FindFieldByNumber(1)),
          reflection->GetInt32(message, type->FindFieldByNumber(2))};
}

std::string TimeText(const Message& message) {
  const Instant at = InstantOf(message);
  return absl::FormatTime(absl::RFC3339_full,
                          absl::FromUnixSeconds(at.seconds) + absl::Nanoseconds(at.nanos),
                          absl::UTCTimeZone());
}

std::string DurationText(const Message& message) {
  const Instant length = InstantOf(message);
  return absl::FormatDuration(absl::Seconds(length.seconds) + absl::Nanoseconds(length.nanos));
}

template <typename Rules>
Fault FaultOfBounds(const Message& message, const Rules& rules,
                    std::string (*text)(const Message&)) {
  const Instant value = InstantOf(message);
  if (rules.has_gte() && value < InstantOf(rules.gte())) {
    return absl::StrCat("must be at least ", text(rules.gte()));
  }
  if (rules.has_lte() && InstantOf(rules.lte()) < value) {
    return absl::StrCat("must be at most ", text(rules.lte()));
  }
  return std::nullopt;
}

}  // namespace

const Message& ValueRef::AsMessage() const {
  const auto* const reflection = message.GetReflection();
  return index < 0 ? reflection->GetMessage(message, field)
                   : reflection->GetRepeatedMessage(message, field, index);
}

const std::string& ValueRef::AsString(std::string* scratch) const {
  const auto* const reflection = message.GetReflection();
  return index < 0 ? reflection->GetStringReference(message, field, scratch)
                   : reflection->GetRepeatedStringReference(message, field, index, scratch);
}

int ValueRef::AsEnum() const {
  const auto* const reflection = message.GetReflection();
  return index < 0 ? reflection->GetEnumValue(message, field)
                   : reflection->GetRepeatedEnumValue(message, field, index);
}

std::string ValueRef::AsText() const {
  const auto* const reflection = message.GetReflection();
  const bool single = index < 0;
  std::string scratch;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return AsString(&scratch);
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat(AsEnum());
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(single ? reflection->GetInt32(message, field)
                                 : reflection->GetRepeatedInt32(message, field, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(single ? reflection->GetInt64(message, field)
                                 : reflection->GetRepeatedInt64(message, field, index));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(single ? reflection->GetUInt32(message, field)
                                 : reflection->GetRepeatedUInt32(message, field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(single ? reflection->GetUInt64(message, field)
                                 : reflection->GetRepeatedUInt64(message, field, index));
    case FieldDescriptor::CPPTYPE_BOOL:
      return (single ? reflection->GetBool(message, field)
                     : reflection->GetRepeatedBool(message, field, index))
                 ? "true"
                 : "false";
    default:
      return {};
  }
}

Fault FaultOfBytes(const std::string& bytes, const options::v1::BytesRules& rules) {
  if (bytes.empty()) return std::nullopt;
  if (rules.has_max_len() && bytes.size() > rules.max_len()) {
    return absl::StrCat("must have at most ", rules.max_len(), " bytes and has ", bytes.size());
  }
  if (bytes.size() < rules.min_len()) {
    return absl::StrCat("must have at least ", rules.min_len(), " bytes and has ", bytes.size());
  }
  return std::nullopt;
}

Fault FaultOfInteger(const ValueRef& value, const FieldRules& rules) {
  const auto* const reflection = value.message.GetReflection();
  const bool single = value.index < 0;
  switch (value.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return FaultOfRange(
          single ? reflection->GetInt32(value.message, value.field)
                 : reflection->GetRepeatedInt32(value.message, value.field, value.index),
          rules.int32());
    case FieldDescriptor::CPPTYPE_INT64:
      return FaultOfRange(
          single ? reflection->GetInt64(value.message, value.field)
                 : reflection->GetRepeatedInt64(value.message, value.field, value.index),
          rules.int64());
    case FieldDescriptor::CPPTYPE_UINT32:
      return FaultOfRange(
          single ? reflection->GetUInt32(value.message, value.field)
                 : reflection->GetRepeatedUInt32(value.message, value.field, value.index),
          rules.uint32());
    case FieldDescriptor::CPPTYPE_UINT64:
      return FaultOfRange(
          single ? reflection->GetUInt64(value.message, value.field)
                 : reflection->GetRepeatedUInt64(value.message, value.field, value.index),
          rules.uint64());
    default:
      return std::nullopt;
  }
}

Fault FaultOfReal(const ValueRef& value, const options::v1::DoubleRules& rules) {
  const auto* const reflection = value.message.GetReflection();
  const bool single = value.index < 0;
  double number;
  if (value.field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
    number = single ? reflection->GetFloat(value.message, value.field)
                    : reflection->GetRepeatedFloat(value.message, value.field, value.index);
  } else {
    number = single ? reflection->GetDouble(value.message, value.field)
                    : reflection->GetRepeatedDouble(value.message, value.field, value.index);
  }
  if (!std::isfinite(number)) return "must be a finite number";
  return FaultOfRange(number, rules);
}

Fault FaultOfEnum(const ValueRef& value, const options::v1::EnumRules& rules) {
  const int number = value.AsEnum();
  const auto* const type = value.field->enum_type();
  const bool defined_only = !rules.has_defined_only() || rules.defined_only();
  const auto* const known = type->FindValueByNumber(number);
  if (known == nullptr) {
    if (!defined_only) return std::nullopt;
    return absl::StrCat(number, " is no value of ", type->name());
  }
  const auto has = [number](const auto& list) {
    return std::find(list.begin(), list.end(), number) != list.end();
  };
  if (has(rules.not_in()) || (rules.in_size() > 0 && !has(rules.in()))) {
    return absl::StrCat(known->name(), " is not allowed here");
  }
  return std::nullopt;
}

Fault FaultOfTimestamp(const Message& message, const options::v1::TimestampRules& rules) {
  const Instant value = InstantOf(message);
  if (value.seconds < kMinSeconds || value.seconds > kMaxSeconds || value.nanos < 0 ||
      value.nanos >= kNanos) {
    return "must be an instant of the years 1 to 9999, with nanos of 0 to 999,999,999";
  }
  return FaultOfBounds(message, rules, TimeText);
}

Fault FaultOfDuration(const Message& message, const options::v1::DurationRules& rules) {
  const Instant value = InstantOf(message);
  const bool same_sign =
      value.seconds == 0 || value.nanos == 0 || (value.seconds < 0) == (value.nanos < 0);
  if (std::abs(static_cast<double>(value.seconds)) > kMaxDurationSeconds ||
      std::abs(static_cast<int64_t>(value.nanos)) >= kNanos || !same_sign) {
    return "must be a duration of at most 10,000 years, seconds and nanos of the same sign";
  }
  return FaultOfBounds(message, rules, DurationText);
}

Fault FaultOfFieldMask(const Message& message, const options::v1::FieldMaskRules& rules) {
  const auto* const paths = message.GetDescriptor()->FindFieldByNumber(1);
  const auto count = static_cast<uint64_t>(message.GetReflection()->FieldSize(message, paths));
  const uint64_t most = rules.has_max_paths() ? rules.max_paths() : kMaxPaths;
  if (count > most) return absl::StrCat("must have at most ", most, " paths and has ", count);
  options::v1::StringRules path_rules;
  path_rules.set_max_bytes(kMaxPathBytes);
  path_rules.set_characters(options::v1::CHARACTERS_TOKEN);
  std::string scratch;
  for (int i = 0; i < static_cast<int>(count); ++i) {
    const ValueRef path{message, paths, i};
    if (Fault fault = FaultOfText(path.AsString(&scratch), path_rules)) {
      return absl::StrCat("each path ", *fault);
    }
  }
  return std::nullopt;
}

}  // namespace dateline::api
