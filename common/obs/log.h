#ifndef DATELINE_COMMON_OBS_LOG_H_
#define DATELINE_COMMON_OBS_LOG_H_

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::obs {

enum class Level { kDebug, kInfo, kWarning, kError };

// One key with its value, quoted or not as JSON wants it.
class Field {
 public:
  Field(absl::string_view key, absl::string_view value);
  Field(absl::string_view key, const char* value);
  Field(absl::string_view key, const std::string& value);
  Field(absl::string_view key, int64_t value);
  Field(absl::string_view key, int value) : Field(key, static_cast<int64_t>(value)) {}
  Field(absl::string_view key, double value);
  Field(absl::string_view key, bool value);

  const std::string& json() const { return json_; }

 private:
  std::string json_;
};

// Sets the service's name, which every line carries, and the lowest level that is written. Call
// once at the start of main.
void InitialiseLog(absl::string_view service, Level lowest);

// Reads debug, info, warning or error; false for anything else.
bool ParseLevel(absl::string_view word, Level* level);

// Writes one JSON line to standard error: time (RFC 3339, UTC, microseconds), level, service,
// message and the fields. A long string is cut; a field for which the line, of
// limits::kMaxLogLineBytes at most, has no room is left out, and `cut` says so. Secrets and content
// do not belong in fields. Thread-safe.
void Log(Level level, absl::string_view message, std::initializer_list<Field> fields = {});

// A string as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD (RFC 8259).
std::string JsonString(absl::string_view text);

}  // namespace dateline::obs

#endif  // DATELINE_COMMON_OBS_LOG_H_
