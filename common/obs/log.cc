#include "common/obs/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <limits>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/limits.h"
#include "common/text/utf8.h"

namespace dateline::obs {
namespace {

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// Whether spdlog's own default logger, which writes text to standard output, has been replaced.
std::atomic<bool> initialised{false};

// No string in a line is longer.
constexpr size_t kMaxStringBytes = 512;
// What stands before the message, and the mark of a line that was cut.
constexpr size_t kEnvelopeBytes = 128;

void AppendEscaped(char c, std::string* out) {
  if (c == '"' || c == '\\') {
    out->append({'\\', c});
  } else if (c == '\n') {
    *out += "\\n";
  } else if (static_cast<unsigned char>(c) < 0x20) {
    absl::StrAppendFormat(out, "\\u%04x", static_cast<unsigned char>(c));
  } else {
    *out += c;
  }
}

// As a JSON string; of more than `limit` bytes only the beginning.
std::string QuoteUpTo(absl::string_view text, size_t limit) {
  std::string out = "\"";
  for (const char c : text::RepairUtf8(text::TruncateUtf8(text, limit))) {
    const bool begins_code_point = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins_code_point && out.size() >= limit) break;
    AppendEscaped(c, &out);
  }
  return out + "\"";
}

}  // namespace

std::string JsonString(absl::string_view text) {
  return QuoteUpTo(text, std::numeric_limits<size_t>::max());
}

Field::Field(absl::string_view key, absl::string_view value)
    : json_(absl::StrCat(JsonString(key), ":", QuoteUpTo(value, kMaxStringBytes))) {}
Field::Field(absl::string_view key, const char* value) : Field(key, absl::string_view(value)) {}
Field::Field(absl::string_view key, const std::string& value)
    : Field(key, absl::string_view(value)) {}
Field::Field(absl::string_view key, int64_t value)
    : json_(absl::StrCat(JsonString(key), ":", value)) {}
Field::Field(absl::string_view key, double value)
    : json_(absl::StrCat(JsonString(key), ":", absl::StrFormat("%.6g", value))) {}
Field::Field(absl::string_view key, bool value)
    : json_(absl::StrCat(JsonString(key), ":", value ? "true" : "false")) {}

void InitialiseLog(absl::string_view service, Level lowest) {
  initialised.store(true);
  auto logger = std::make_shared<spdlog::logger>(std::string(service),
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  // spdlog writes the envelope; %v is the rest of the object, which Log has escaped.
  logger->set_pattern("{\"time\":\"%Y-%m-%dT%H:%M:%S.%fZ\",\"level\":\"%l\",\"service\":\"%n\",%v}",
                      spdlog::pattern_time_type::utc);
  logger->set_level(ToSpdlog(lowest));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

bool ParseLevel(absl::string_view word, Level* level) {
  if (word == "debug")
    *level = Level::kDebug;
  else if (word == "info")
    *level = Level::kInfo;
  else if (word == "warning")
    *level = Level::kWarning;
  else if (word == "error")
    *level = Level::kError;
  else
    return false;
  return true;
}

void Log(Level level, absl::string_view message, std::initializer_list<Field> fields) {
  if (!initialised.load()) InitialiseLog("dateline", Level::kInfo);
  spdlog::logger* const logger = spdlog::default_logger_raw();
  if (!logger->should_log(ToSpdlog(level))) return;
  std::string line = absl::StrCat("\"message\":", QuoteUpTo(message, kMaxStringBytes));
  bool cut = false;
  for (const Field& field : fields) {
    if (line.size() + 1 + field.json().size() > limits::kMaxLogLineBytes - kEnvelopeBytes) {
      cut = true;
      continue;
    }
    absl::StrAppend(&line, ",", field.json());
  }
  if (cut) line += ",\"cut\":true";
  logger->log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace dateline::obs
