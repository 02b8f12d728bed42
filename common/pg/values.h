#ifndef DATELINE_COMMON_PG_VALUES_H_
#define DATELINE_COMMON_PG_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

// Values in PostgreSQL's text form, for parameters that libpqxx 6.4 has no types for, and back.
// Parameters are always bound, never pasted into SQL. All functions are pure.
namespace dateline::pg {

// A timestamptz with microseconds (what PostgreSQL keeps), e.g. "2026-11-24 01:02:03.000004+00".
std::string ToTimestamp(absl::Time time);

// Reads a timestamptz as PostgreSQL writes it in time zone UTC; nullopt if it is none.
std::optional<absl::Time> FromTimestamp(absl::string_view text);

// A bytea in hex form, and back; nullopt if the text is none.
std::string ToBytea(absl::string_view bytes);
std::optional<std::string> FromBytea(absl::string_view text);

// An array literal, one value a row; a value that is not set is NULL.
class ArrayParam {
 public:
  void Add(int64_t value);
  void AddText(absl::string_view value);
  void AddTime(absl::Time value) { Add(absl::ToUnixMicros(value)); }  // As microseconds since 1970.
  void AddNull();
  bool empty() const { return text_.empty(); }
  // The literal, of type text[] or bigint[].
  std::string str() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  void Separate();
  std::string text_;
};

// Array literals (text[], bigint[], bytea[]; timestamptz[] through texts). An element that is
// nullopt is NULL.
std::string ToArray(absl::Span<const std::string> texts);
std::string ToArray(absl::Span<const std::optional<std::string>> texts);
std::string ToArray(absl::Span<const int64_t> numbers);
std::string ToByteaArray(absl::Span<const std::string> values);

}  // namespace dateline::pg

#endif  // DATELINE_COMMON_PG_VALUES_H_
