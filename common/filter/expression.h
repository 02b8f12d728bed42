#ifndef DATELINE_COMMON_FILTER_EXPRESSION_H_
#define DATELINE_COMMON_FILTER_EXPRESSION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

// Filter expressions: a part of AIP-160.
//
//   expression  = factor {"AND" factor}
//   factor      = term {"OR" term}            (AIP-160: OR binds more strongly than AND)
//   term        = ["NOT" | "-"] simple
//   simple      = "(" expression ")" | restriction
//   restriction = name operator value | flag
//   operator    = "=" | "!=" | ":" | "<" | "<=" | ">" | ">="
//   value       = text without spaces, quotes and parentheses | "text" | 'text'
//
// AND, OR and NOT are written in capitals. In a quoted text \ stands before a quote or another \.
namespace dateline::filter {

// What a field's values are, and so which operators it takes.
enum class FieldKind {
  kWord,  // = != :
  kFlag,  // true or false, = != : or no operator at all
  kTime,  // = != < <= > >=
};

// A field that a list can be asked for.
struct KnownField {
  absl::string_view name;
  int id;  // The caller's own number for it.
  FieldKind kind;
};

// A field whose id is a value of an enum.
template <typename Field>
constexpr KnownField Known(absl::string_view name, Field field, FieldKind kind = FieldKind::kWord) {
  return {name, static_cast<int>(field), kind};
}

// `:` (has) is of its own, as it takes a topic with its descendants.
enum class Operator { kEqual, kNotEqual, kHas, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// A parsed expression: a tree. A plain value.
struct Expression {
  enum class Kind { kRestriction, kAnd, kOr, kNot };

  Kind kind = Kind::kRestriction;
  std::vector<Expression> parts;  // kAnd, kOr: two or more; kNot: one

  // Of a restriction.
  int field = 0;  // KnownField::id
  Operator op = Operator::kEqual;
  std::string value;  // unquoted
  int column = 0;     // of the value, in bytes, from 1

  // Of a part of kAnd or kOr: where it stands in the text, in bytes, with its parentheses.
  size_t begin = 0;
  size_t end = 0;
};

// The depth of nested parentheses and NOTs.
inline constexpr int kMaxDepth = 16;

// Parses an expression over `fields`, of at most limits::kMaxFilterBytes and
// limits::kMaxFilterTerms restrictions. INVALID_ARGUMENT, reason INVALID_FIELD, naming
// `request_field`, the column and what is wrong there. Values are not looked at beyond their
// spelling. Pure.
absl::StatusOr<Expression> ParseExpression(absl::string_view text, absl::string_view request_field,
                                           absl::Span<const KnownField> fields);

// The values of a restriction on a time (RFC 3339 or a day of UTC) and on a flag. INVALID_ARGUMENT
// as above.
absl::StatusOr<absl::Time> TimeIn(const Expression& restriction, absl::string_view request_field);
absl::StatusOr<bool> FlagIn(const Expression& restriction, absl::string_view request_field);

// The error of a value: INVALID_ARGUMENT as above.
absl::Status BadExpression(absl::string_view request_field, int column, absl::string_view why);

}  // namespace dateline::filter

#endif  // DATELINE_COMMON_FILTER_EXPRESSION_H_
