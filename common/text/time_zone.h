#ifndef DATELINE_COMMON_TEXT_TIME_ZONE_H_
#define DATELINE_COMMON_TEXT_TIME_ZONE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dateline::text {

// The time zone that the IANA database calls `name`, e.g. `Asia/Almaty`; nullopt for anything else.
// Names are those of ICU's list: absl::LoadTimeZone itself opens whatever path it is given, a pipe
// that never answers included, and remembers for ever every name that it was asked for.
// Thread-safe.
std::optional<absl::TimeZone> FindTimeZone(absl::string_view name);

}  // namespace dateline::text

#endif  // DATELINE_COMMON_TEXT_TIME_ZONE_H_
