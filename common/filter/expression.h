#ifndef DATELINE_COMMON_FILTER_EXPRESSION_H_
#define DATELINE_COMMON_FILTER_EXPRESSION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Filter expressions: a part of AIP-160.
//
//   expression  = factor {"AND" factor}
//   factor      = term {"OR" term}            (AIP-160: OR binds more strongly than AND)
//   term        = ["NOT" | "-"] simple
//   simple      = "(" expression ")" | restriction
//   restriction = name operator value | "has_image"
//   operator    = "=" | "!=" | ":" | "<" | "<=" | ">" | ">="
//   value       = text without spaces, quotes and parentheses | "text" | 'text'
//
// AND, OR and NOT are written in capitals. In a quoted text \ stands before a quote or another \.
namespace dateline::filter {

// What can be asked for.
enum class Field {
  kTopic,
  kAuthor,
  kPublication,
  kLanguage,
  kType,
  kLabel,
  kAccess,
  kRightsFlag,
  kHasImage,
  kPublishTime,
};

// `:` (has) is of its own, as it takes a topic with its descendants.
enum class Operator { kEqual, kNotEqual, kHas, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// A parsed expression: a tree. A plain value.
struct Expression {
  enum class Kind { kRestriction, kAnd, kOr, kNot };

  Kind kind = Kind::kRestriction;
  std::vector<Expression> parts;  // kAnd, kOr: two or more; kNot: one

  // Of a restriction.
  Field field = Field::kTopic;
  Operator op = Operator::kEqual;
  std::string value;  // unquoted
  int column = 0;     // of the value, in bytes, from 1
};

// The depth of nested parentheses and NOTs.
inline constexpr int kMaxDepth = 16;

// Parses an expression of at most limits::kMaxFilterBytes and limits::kMaxFilterTerms restrictions.
// INVALID_ARGUMENT, reason INVALID_FIELD, naming `request_field`, the column and what is wrong
// there. Values are not looked at beyond their spelling. Pure.
absl::StatusOr<Expression> ParseExpression(absl::string_view text, absl::string_view request_field);

// The name of a field as it is written, e.g. `rights_flag`.
absl::string_view FieldName(Field field);

// The error of a value: INVALID_ARGUMENT as above.
absl::Status BadExpression(absl::string_view request_field, int column, absl::string_view why);

}  // namespace dateline::filter

#endif  // DATELINE_COMMON_FILTER_EXPRESSION_H_
