#include "services/query/replica/read/quarantine.h"

#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

// The value is the position's token, a line feed and the reason.
std::string ReasonOf(absl::string_view value) {
  return std::string(absl::ClippedSubstr(value, value.find('\n') + 1));
}

}  // namespace

std::string WhyInQuarantine(const ReadTransaction& transaction, absl::string_view key) {
  const auto value = transaction.Get(Table::kQuarantine, key);
  return value.has_value() ? ReasonOf(*value) : "";
}

std::string WhyInQuarantine(const ReadTransaction& transaction, int kind, absl::string_view name) {
  const std::string first = StateKey(kind, 0);
  Cursor cursor = transaction.Open(Table::kQuarantine);
  int steps = 0;
  for (bool found = cursor.Seek(first);
       found && cursor.key()[0] == first[0] && ++steps <= kMaxQuarantineSteps;
       found = cursor.Next()) {
    const auto stored = transaction.Get(Table::kStates, cursor.key());
    catalog::v1::ResourceState state;
    if (stored.has_value() &&
        state.ParseFromArray(stored->data(), static_cast<int>(stored->size())) &&
        state.name() == name) {
      return ReasonOf(cursor.value());
    }
  }
  return "";
}

}  // namespace dateline::query::replica
