#include "common/text/time_zone.h"

#include <unicode/ucal.h>
#include <unicode/uenum.h>

#include <string>

#include "absl/container/flat_hash_set.h"

namespace dateline::text {
namespace {

absl::flat_hash_set<std::string> KnownNames() {
  absl::flat_hash_set<std::string> names;
  UErrorCode error = U_ZERO_ERROR;
  UEnumeration* const zones =
      ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_ANY, nullptr, nullptr, &error);
  int32_t length = 0;
  while (U_SUCCESS(error)) {
    const char* const name = uenum_next(zones, &length, &error);
    if (name == nullptr) break;
    names.emplace(name, static_cast<size_t>(length));
  }
  uenum_close(zones);
  return names;
}

}  // namespace

std::optional<absl::TimeZone> FindTimeZone(absl::string_view name) {
  static const auto* const kNames = new absl::flat_hash_set<std::string>(KnownNames());
  absl::TimeZone zone;
  if (!kNames->contains(name) || !absl::LoadTimeZone(std::string(name), &zone)) return std::nullopt;
  return zone;
}

}  // namespace dateline::text
