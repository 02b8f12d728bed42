#include "common/filter/expression.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/text/utf8.h"

namespace dateline::filter {
namespace {

struct Spelled {
  absl::string_view text;
  Operator op;
};
// Longer ones first.
constexpr Spelled kOperators[] = {
    {"!=", Operator::kNotEqual}, {"<=", Operator::kLessOrEqual}, {">=", Operator::kGreaterOrEqual},
    {"=", Operator::kEqual},     {":", Operator::kHas},          {"<", Operator::kLess},
    {">", Operator::kGreater},
};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool IsNameByte(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }
bool EndsBareValue(char c) {
  return IsSpace(c) || c == '(' || c == ')' || c == '"' || c == '\'' || IsControl(c);
}

bool IsOrdering(Operator op) {
  return op == Operator::kLess || op == Operator::kLessOrEqual || op == Operator::kGreater ||
         op == Operator::kGreaterOrEqual;
}

class Parser {
 public:
  Parser(absl::string_view text, absl::string_view request_field,
         absl::Span<const KnownField> fields)
      : text_(text), request_field_(request_field), fields_(fields) {}

  absl::StatusOr<Expression> Parse() {
    DATELINE_ASSIGN_OR_RETURN(Expression expression, ParseAnd(kMaxDepth));
    SkipSpace();
    if (at_ < text_.size()) {
      return Bad(text_[at_] == ')' ? "there is no parenthesis to close"
                                   : "expected AND, OR or the end");
    }
    return expression;
  }

 private:
  absl::Status Bad(absl::string_view why) const {
    return BadExpression(request_field_, static_cast<int>(at_) + 1, why);
  }

  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }

  // Takes a word in capitals that stands on its own.
  bool TakeWord(absl::string_view word) {
    SkipSpace();
    const absl::string_view rest = absl::ClippedSubstr(text_, at_);
    if (!absl::StartsWith(rest, word)) return false;
    if (rest.size() > word.size() && !IsSpace(rest[word.size()]) && rest[word.size()] != '(') {
      return false;
    }
    at_ += word.size();
    return true;
  }

  bool TakeByte(char byte) {
    SkipSpace();
    if (at_ >= text_.size() || text_[at_] != byte) return false;
    ++at_;
    return true;
  }

  absl::StatusOr<Expression> ParseAnd(int depth) {
    return ParseSeries(Expression::Kind::kAnd, "AND", [&] {
      return ParseSeries(Expression::Kind::kOr, "OR", [&] { return ParseTerm(depth); });
    });
  }

  template <typename Parse>
  absl::StatusOr<Expression> ParseSeries(Expression::Kind kind, absl::string_view word,
                                         Parse parse) {
    DATELINE_ASSIGN_OR_RETURN(Expression first, ParsePart(parse));
    if (!TakeWord(word)) return first;
    Expression series;
    series.kind = kind;
    series.parts.push_back(std::move(first));
    do {
      DATELINE_ASSIGN_OR_RETURN(Expression next, ParsePart(parse));
      series.parts.push_back(std::move(next));
    } while (TakeWord(word));
    return series;
  }

  template <typename Parse>
  absl::StatusOr<Expression> ParsePart(Parse parse) {
    SkipSpace();
    const size_t begin = at_;
    DATELINE_ASSIGN_OR_RETURN(Expression part, parse());
    part.begin = begin;
    part.end = at_;
    while (part.end > begin && IsSpace(text_[part.end - 1])) --part.end;
    return part;
  }

  absl::StatusOr<Expression> ParseTerm(int depth) {
    const bool negates = TakeWord("NOT") || TakeByte('-');
    const bool opens = !negates && TakeByte('(');
    if ((negates || opens) && depth == 0) {
      return Bad(absl::StrCat("is nested more than ", kMaxDepth, " deep"));
    }
    if (negates) {
      Expression negation;
      negation.kind = Expression::Kind::kNot;
      DATELINE_ASSIGN_OR_RETURN(Expression part, ParseTerm(depth - 1));
      negation.parts.push_back(std::move(part));
      return negation;
    }
    if (opens) {
      DATELINE_ASSIGN_OR_RETURN(Expression inner, ParseAnd(depth - 1));
      if (!TakeByte(')')) return Bad("expected AND, OR or )");
      return inner;
    }
    return ParseRestriction();
  }

  absl::StatusOr<Expression> ParseRestriction() {
    SkipSpace();
    if (++terms_ > limits::kMaxFilterTerms) {
      return Bad(absl::StrCat("there are more than ", limits::kMaxFilterTerms, " conditions"));
    }
    DATELINE_ASSIGN_OR_RETURN(const KnownField* field, ParseName());
    Expression restriction;
    restriction.field = field->id;
    SkipSpace();
    restriction.column = static_cast<int>(at_) + 1;
    const auto op = TakeOperator();
    if (!op.has_value()) {
      if (field->kind != FieldKind::kFlag) return Bad("expected =, !=, :, <, <=, > or >=");
      restriction.value = "true";
      return restriction;
    }
    if (IsOrdering(*op) && field->kind != FieldKind::kTime) {
      return Bad(absl::StrCat(field->name, " has no order; use =, != or :"));
    }
    if (*op == Operator::kHas && field->kind == FieldKind::kTime) {
      return Bad(absl::StrCat(field->name, " takes =, !=, <, <=, > and >="));
    }
    restriction.op = *op;
    SkipSpace();
    restriction.column = static_cast<int>(at_) + 1;
    DATELINE_ASSIGN_OR_RETURN(restriction.value, ParseValue());
    return restriction;
  }

  absl::StatusOr<const KnownField*> ParseName() {
    size_t end = at_;
    while (end < text_.size() && IsNameByte(text_[end])) ++end;
    const absl::string_view name = absl::ClippedSubstr(text_, at_, end - at_);
    for (const KnownField& known : fields_) {
      if (known.name != name) continue;
      at_ = end;
      return &known;
    }
    return Bad(absl::StrCat("expected one of ",
                            absl::StrJoin(fields_, ", ", [](std::string* out, const auto& known) {
                              absl::StrAppend(out, known.name);
                            })));
  }

  std::optional<Operator> TakeOperator() {
    for (const Spelled& spelled : kOperators) {
      if (!absl::StartsWith(absl::ClippedSubstr(text_, at_), spelled.text)) continue;
      at_ += spelled.text.size();
      return spelled.op;
    }
    return std::nullopt;
  }

  absl::StatusOr<std::string> ParseValue() {
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) return ParseQuoted();
    const size_t begin = at_;
    while (at_ < text_.size() && !EndsBareValue(text_[at_])) ++at_;
    if (at_ == begin) return Bad("expected a value");
    return std::string(absl::ClippedSubstr(text_, begin, at_ - begin));
  }

  absl::StatusOr<std::string> ParseQuoted() {
    const char quote = text_[at_];
    std::string value;
    for (size_t i = at_ + 1; i < text_.size(); ++i) {
      char c = text_[i];
      if (c == quote) {
        at_ = i + 1;
        return value;
      }
      if (c == '\\') {
        if (++i == text_.size()) break;
        c = text_[i];
        if (c != '"' && c != '\'' && c != '\\') {
          at_ = i;
          return Bad("\\ stands before a quote or another \\ only");
        }
      }
      if (IsControl(c)) {
        at_ = i;
        return Bad("a text has no control characters");
      }
      value.push_back(c);
    }
    return Bad("the text has no closing quote");
  }

  const absl::string_view text_;
  const absl::string_view request_field_;
  const absl::Span<const KnownField> fields_;
  size_t at_ = 0;
  int terms_ = 0;
};

}  // namespace

absl::Status BadExpression(absl::string_view request_field, int column, absl::string_view why) {
  return error::InvalidField(request_field, absl::StrCat("column ", column, ": ", why));
}

absl::StatusOr<Expression> ParseExpression(absl::string_view text, absl::string_view request_field,
                                           absl::Span<const KnownField> fields) {
  if (text.size() > limits::kMaxFilterBytes) {
    return error::InvalidField(
        request_field,
        absl::StrCat("has ", text.size(), " bytes, more than ", limits::kMaxFilterBytes));
  }
  if (!text::IsValidUtf8(text)) return error::InvalidField(request_field, "is not UTF-8");
  return Parser(text, request_field, fields).Parse();
}

absl::StatusOr<absl::Time> TimeIn(const Expression& restriction, absl::string_view request_field) {
  const std::string& text = restriction.value;
  absl::Time time;
  std::string ignored;
  // absl's reader takes more, such as "infinite-future".
  if (text.empty() || text[0] < '0' || text[0] > '9' ||
      (!absl::ParseTime(absl::RFC3339_full, text, &time, &ignored) &&
       !absl::ParseTime("%Y-%m-%d", text, &time, &ignored)) ||
      time < absl::FromUnixSeconds(-62'135'596'800) ||
      time > absl::FromUnixSeconds(253'402'300'799)) {
    return BadExpression(request_field, restriction.column,
                         "is no instant such as 2026-01-31T12:00:00Z or 2026-01-31");
  }
  return time;
}

absl::StatusOr<bool> FlagIn(const Expression& restriction, absl::string_view request_field) {
  if (restriction.value == "true" || restriction.value == "false") {
    return restriction.value == "true";
  }
  return BadExpression(request_field, restriction.column, "is neither true nor false");
}

}  // namespace dateline::filter
