#include "common/filter/article_match.h"

#include <algorithm>

#include "common/api/proto_time.h"
#include "common/base/status_macros.h"

namespace dateline::filter {
namespace {

// The field is named nowhere: values were checked before.
constexpr char kChecked[] = "filter";

bool Has(const google::protobuf::RepeatedPtrField<std::string>& values, const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool Compare(Operator op, absl::Time left, absl::Time right) {
  switch (op) {
    case Operator::kLess:
      return left < right;
    case Operator::kLessOrEqual:
      return left <= right;
    case Operator::kGreater:
      return left > right;
    case Operator::kGreaterOrEqual:
      return left >= right;
    default:
      return left == right;
  }
}

bool MatchesTime(const Expression& asked, const content::v1::Article& article) {
  const auto time = TimeIn(asked, kChecked);
  return time.ok() && Compare(asked.op, TimeFromProto(article.publish_time()), *time);
}

// != means that the value is not there.
bool MatchesPositive(const ArticleMatcher& matcher, const Expression& asked,
                     const content::v1::Article& article) {
  const auto is_meant = [&](const std::string& name) {
    const auto names = matcher.names.find(asked.column);
    return names != matcher.names.end() && names->second.contains(name);
  };
  switch (static_cast<ArticleField>(asked.field)) {
    case ArticleField::kTopic:
      return std::any_of(article.topics().begin(), article.topics().end(),
                         [&](const auto& topic) { return is_meant(topic.topic()); });
    case ArticleField::kAuthor:
      return std::any_of(article.bylines().begin(), article.bylines().end(),
                         [&](const auto& byline) { return is_meant(byline.author()); });
    case ArticleField::kPublication:
      return article.publication() == asked.value;
    case ArticleField::kLanguage:
      return article.language() == asked.value;
    case ArticleField::kType:
      return article.type() == TypeOf(asked.value);
    case ArticleField::kLabel:
      return Has(article.labels(), asked.value);
    case ArticleField::kAccess: {
      const bool is_free = article.access() == content::v1::ACCESS_UNSPECIFIED;
      return (is_free ? content::v1::ACCESS_FREE : article.access()) == AccessOf(asked.value);
    }
    case ArticleField::kRightsFlag:
      return Has(article.rights().flags(), asked.value);
    case ArticleField::kHasImage:
      return (article.images_size() > 0) == FlagIn(asked, kChecked).value_or(true);
    case ArticleField::kPublishTime:
      return MatchesTime(asked, article);
  }
  return false;
}

bool MatchesPart(const ArticleMatcher& matcher, const Expression& asked,
                 const content::v1::Article& article) {
  const auto matches = [&](const Expression& part) { return MatchesPart(matcher, part, article); };
  switch (asked.kind) {
    case Expression::Kind::kAnd:
      return std::all_of(asked.parts.begin(), asked.parts.end(), matches);
    case Expression::Kind::kOr:
      return std::any_of(asked.parts.begin(), asked.parts.end(), matches);
    case Expression::Kind::kNot:
      return !matches(asked.parts[0]);
    case Expression::Kind::kRestriction:
      break;
  }
  return MatchesPositive(matcher, asked, article) != (asked.op == Operator::kNotEqual);
}

}  // namespace

absl::Status CheckArticleValues(const Expression& expression, absl::string_view request_field) {
  for (const Expression& part : expression.parts) {
    DATELINE_RETURN_IF_ERROR(CheckArticleValues(part, request_field));
  }
  if (expression.kind != Expression::Kind::kRestriction) return absl::OkStatus();
  const auto bad = [&](absl::string_view why) {
    return BadExpression(request_field, expression.column, why);
  };
  switch (static_cast<ArticleField>(expression.field)) {
    case ArticleField::kType:
      return TypeOf(expression.value).has_value() ? absl::OkStatus() : bad("is not a known type");
    case ArticleField::kAccess:
      return AccessOf(expression.value).has_value() ? absl::OkStatus()
                                                    : bad("is not a known access");
    case ArticleField::kHasImage:
      return FlagIn(expression, request_field).status();
    case ArticleField::kPublishTime:
      return TimeIn(expression, request_field).status();
    default:
      return expression.value.empty() ? bad("must not be empty") : absl::OkStatus();
  }
}

bool Matches(const ArticleMatcher& matcher, const content::v1::Article& article) {
  return MatchesPart(matcher, matcher.expression, article);
}

}  // namespace dateline::filter
