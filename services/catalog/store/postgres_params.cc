#include "services/catalog/store/postgres_params.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace dateline::catalog::store {

void BlobParam::Add(absl::string_view bytes) {
  offsets_.Add(static_cast<int64_t>(bytes_.size()) + 1);
  lengths_.Add(static_cast<int64_t>(bytes.size()));
  bytes_.append(bytes.data(), bytes.size());
}

void BlobParam::AddNull() {
  offsets_.AddNull();
  lengths_.AddNull();
}

std::string Micros(absl::string_view expression) {
  return absl::StrCat("(extract(epoch FROM ", expression, ") * 1000000)::bigint");
}

std::string FromMicros(absl::string_view expression) {
  return absl::StrCat("('epoch'::timestamptz + ", expression, " * interval '1 microsecond')");
}

int64_t Int(const pqxx::field& field) { return field.is_null() ? 0 : field.as<int64_t>(); }

uint64_t Unsigned(const pqxx::field& field) {
  uint64_t value = 0;
  if (!field.is_null() && !absl::SimpleAtoi(field.c_str(), &value)) {
    throw pqxx::conversion_error("not an unsigned number");
  }
  return value;
}

std::string Text(const pqxx::field& field) {
  return field.is_null() ? std::string() : std::string(field.c_str(), field.size());
}

std::string Bytes(const pqxx::field& field) {
  return field.is_null() ? std::string() : pqxx::binarystring(field).str();
}

std::optional<absl::Time> Time(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return absl::FromUnixMicros(field.as<int64_t>());
}

std::vector<int64_t> Ints(const pqxx::field& field) {
  std::vector<int64_t> values;
  absl::string_view text = field.is_null() ? absl::string_view() : field.c_str();
  if (!absl::ConsumePrefix(&text, "{") || !absl::ConsumeSuffix(&text, "}")) return values;
  for (const absl::string_view part : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    int64_t value = 0;
    if (absl::SimpleAtoi(part, &value)) values.push_back(value);
  }
  return values;
}

}  // namespace dateline::catalog::store
