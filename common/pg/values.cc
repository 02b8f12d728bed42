#include "common/pg/values.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dateline::pg {
namespace {

void AppendQuoted(std::string* out, absl::string_view text) {
  out->push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out->push_back('\\');
    out->push_back(c);
  }
  out->push_back('"');
}

}  // namespace

std::string ToTimestamp(absl::Time time) {
  if (time == absl::InfiniteFuture()) return "infinity";
  if (time == absl::InfinitePast()) return "-infinity";
  return absl::FormatTime("%E4Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone());
}

std::optional<absl::Time> FromTimestamp(absl::string_view text) {
  if (text == "infinity") return absl::InfiniteFuture();
  if (text == "-infinity") return absl::InfinitePast();
  absl::Time time;
  std::string error;
  if (!absl::EndsWith(text, "+00")) return std::nullopt;
  if (!absl::ParseTime("%E4Y-%m-%d %H:%M:%E*S+00", text, &time, &error)) return std::nullopt;
  return time;
}

std::string ToBytea(absl::string_view bytes) {
  return absl::StrCat("\\x", absl::BytesToHexString(bytes));
}

std::optional<std::string> FromBytea(absl::string_view text) {
  if (!absl::StartsWith(text, "\\x") || text.size() % 2 != 0) return std::nullopt;
  return absl::HexStringToBytes(text.substr(2));
}

std::string ToArray(absl::Span<const std::string> texts) {
  std::string out = "{";
  for (const std::string& text : texts) {
    if (out.size() > 1) out.push_back(',');
    AppendQuoted(&out, text);
  }
  return out + "}";
}

std::string ToArray(absl::Span<const std::optional<std::string>> texts) {
  std::string out = "{";
  for (const std::optional<std::string>& text : texts) {
    if (out.size() > 1) out.push_back(',');
    if (text.has_value()) {
      AppendQuoted(&out, *text);
    } else {
      out += "NULL";
    }
  }
  return out + "}";
}

std::string ToArray(absl::Span<const int64_t> numbers) {
  return absl::StrCat("{", absl::StrJoin(numbers, ","), "}");
}

std::string ToByteaArray(absl::Span<const std::string> values) {
  std::string out = "{";
  for (const std::string& value : values) {
    if (out.size() > 1) out.push_back(',');
    absl::StrAppend(&out, "\"\\\\x", absl::BytesToHexString(value), "\"");
  }
  return out + "}";
}

}  // namespace dateline::pg
