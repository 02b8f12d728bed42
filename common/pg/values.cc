#include "common/pg/values.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::pg {
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

void ArrayParam::Separate() { text_ += text_.empty() ? '{' : ','; }

void ArrayParam::Add(int64_t value) {
  Separate();
  absl::StrAppend(&text_, value);
}

void ArrayParam::AddText(absl::string_view value) {
  Separate();
  text_ += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

void ArrayParam::AddNull() {
  Separate();
  text_ += "NULL";
}

std::string ToArray(absl::Span<const std::string> texts) {
  ArrayParam array;
  for (const std::string& text : texts) array.AddText(text);
  return array.str();
}

std::string ToArray(absl::Span<const std::optional<std::string>> texts) {
  ArrayParam array;
  for (const std::optional<std::string>& text : texts) {
    if (text.has_value()) {
      array.AddText(*text);
    } else {
      array.AddNull();
    }
  }
  return array.str();
}

std::string ToArray(absl::Span<const int64_t> numbers) {
  ArrayParam array;
  for (const int64_t number : numbers) array.Add(number);
  return array.str();
}

std::string ToByteaArray(absl::Span<const std::string> values) {
  ArrayParam array;
  for (const std::string& value : values) array.AddText(ToBytea(value));
  return array.str();
}

}  // namespace dateline::pg
