#include "services/query/service/filter.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/filter/article_fields.h"
#include "common/filter/expression.h"
#include "services/query/service/request_checks.h"

namespace dateline::query::service {
namespace {

using filter::Expression;
using filter::Operator;
using Field = filter::ArticleField;
using replica::Dimension;
using replica::Plan;

Plan Term(Dimension dimension, uint64_t term) {
  return Plan::Term(replica::ListPrefix(dimension, term));
}

Plan TimePlan(Operator op, absl::Time time) {
  const absl::Time behind = time + absl::Microseconds(1);
  switch (op) {
    case Operator::kLess:
      return Plan::Time(absl::InfinitePast(), time);
    case Operator::kLessOrEqual:
      return Plan::Time(absl::InfinitePast(), behind);
    case Operator::kGreater:
      return Plan::Time(behind, absl::InfiniteFuture());
    case Operator::kGreaterOrEqual:
      return Plan::Time(time, absl::InfiniteFuture());
    default:
      return Plan::Time(time, behind);
  }
}

class Planner {
 public:
  explicit Planner(const View& view) : view_(view) {}

  absl::StatusOr<Plan> Make(const Conditions& asked) {
    std::vector<Plan> parts;
    const Field topic = Field::kTopic;
    for (const AskedFor& one : asked.all_topics) {
      DATELINE_ASSIGN_OR_RETURN(Plan plan, Value(topic, one, asked.descendants));
      parts.push_back(std::move(plan));
    }
    const std::pair<Field, const std::vector<AskedFor>*> none[] = {
        {topic, &asked.no_topics},
        {Field::kLabel, &asked.no_labels},
        {Field::kRightsFlag, &asked.no_rights_flags}};
    for (const auto& [field, values] : none) {
      for (const AskedFor& one : *values) {
        DATELINE_ASSIGN_OR_RETURN(Plan plan, Value(field, one, asked.descendants));
        parts.push_back(Plan::Not(std::move(plan)));
      }
    }
    const std::pair<Field, const std::vector<AskedFor>*> any[] = {
        {topic, &asked.any_topics},
        {Field::kAuthor, &asked.any_authors},
        {Field::kPublication, &asked.any_publications},
        {Field::kLanguage, &asked.any_languages},
        {Field::kType, &asked.any_types},
        {Field::kLabel, &asked.any_labels},
        {Field::kAccess, &asked.any_access},
        {Field::kRightsFlag, &asked.any_rights_flags}};
    for (const auto& [field, values] : any) {
      if (values->empty()) continue;
      std::vector<Plan> either;
      for (const AskedFor& one : *values) {
        DATELINE_ASSIGN_OR_RETURN(Plan plan, Value(field, one, asked.descendants));
        either.push_back(std::move(plan));
      }
      parts.push_back(Plan::Or(std::move(either)));
    }
    if (asked.has_image.has_value()) parts.push_back(HasImage(*asked.has_image));
    if (asked.from != absl::InfinitePast() || asked.until != absl::InfiniteFuture()) {
      parts.push_back(Plan::Time(asked.from, asked.until));
    }
    if (!asked.expression.value.empty()) {
      DATELINE_ASSIGN_OR_RETURN(
          const Expression expression,
          filter::ParseExpression(asked.expression.value, asked.expression.field,
                                  filter::kArticleFields));
      descendants_ = asked.descendants;
      DATELINE_ASSIGN_OR_RETURN(Plan plan, Compile(expression, asked.expression.field));
      parts.push_back(std::move(plan));
    }
    if (asked.page_topic.has_value()) {
      DATELINE_ASSIGN_OR_RETURN(Plan plan, Value(topic, *asked.page_topic, asked.page_descendants));
      parts.push_back(std::move(plan));
    }
    if (parts.empty()) return Term(Dimension::kAll, 0);
    return Plan::And(std::move(parts));
  }

 private:
  absl::StatusOr<Plan> Compile(const Expression& expression, const std::string& field) {
    if (expression.kind == Expression::Kind::kRestriction) return Restriction(expression, field);
    std::vector<Plan> parts;
    for (const Expression& part : expression.parts) {
      DATELINE_ASSIGN_OR_RETURN(Plan plan, Compile(part, field));
      parts.push_back(std::move(plan));
    }
    if (expression.kind == Expression::Kind::kNot) return Plan::Not(std::move(parts[0]));
    return expression.kind == Expression::Kind::kAnd ? Plan::And(std::move(parts))
                                                     : Plan::Or(std::move(parts));
  }

  absl::StatusOr<Plan> Restriction(const Expression& expression, const std::string& field) {
    DATELINE_ASSIGN_OR_RETURN(Plan plan, Positive(expression, field));
    return expression.op == Operator::kNotEqual ? Plan::Not(std::move(plan)) : std::move(plan);
  }

  absl::StatusOr<Plan> Positive(const Expression& expression, const std::string& field) {
    const auto named = static_cast<Field>(expression.field);
    if (named == Field::kPublishTime) {
      DATELINE_ASSIGN_OR_RETURN(const absl::Time time, filter::TimeIn(expression, field));
      ++terms_;
      return TimePlan(expression.op, time);
    }
    if (named == Field::kHasImage) {
      DATELINE_ASSIGN_OR_RETURN(const bool wanted, filter::FlagIn(expression, field));
      return HasImage(wanted);
    }
    absl::StatusOr<Plan> plan =
        Value(named, {field, expression.value}, descendants_ || expression.op == Operator::kHas);
    if (plan.ok() || !absl::IsInvalidArgument(plan.status())) return plan;
    // The same reason, at its place.
    return filter::BadExpression(
        field, expression.column,
        absl::StripPrefix(plan.status().message(), absl::StrCat(field, ": ")));
  }

  Plan HasImage(bool wanted) {
    ++terms_;
    Plan plan = Term(Dimension::kHasImage, 1);
    return wanted ? plan : Plan::Not(std::move(plan));
  }

  absl::StatusOr<Plan> Value(Field field, const AskedFor& asked, bool descendants) {
    if (++terms_ > limits::kMaxFilterTerms) {
      return error::InvalidField(asked.field,
                                 absl::StrCat("is beyond the ", limits::kMaxFilterTerms,
                                              " conditions that a filter may have in all"));
    }
    switch (field) {
      case Field::kTopic:
        return Topic(asked, descendants);
      case Field::kAuthor:
        return Author(asked);
      case Field::kPublication:
        return Publication(asked);
      case Field::kLanguage:
        return Word(asked, Dimension::kLanguage);
      case Field::kLabel:
        return Word(asked, Dimension::kLabel);
      case Field::kRightsFlag:
        return Word(asked, Dimension::kRightsFlag);
      case Field::kType: {
        const auto type = filter::TypeOf(asked.value);
        if (!type.has_value()) return error::InvalidField(asked.field, "is not a known type");
        return Term(Dimension::kType, static_cast<uint64_t>(*type));
      }
      case Field::kAccess: {
        const auto access = filter::AccessOf(asked.value);
        if (!access.has_value()) return error::InvalidField(asked.field, "is not a known access");
        return Term(Dimension::kAccess, static_cast<uint64_t>(*access));
      }
      case Field::kHasImage:
      case Field::kPublishTime:
        break;
    }
    return error::Internal("a filter's field has no list");
  }

  absl::StatusOr<Plan> Topic(const AskedFor& asked, bool descendants) const {
    DATELINE_RETURN_IF_ERROR(CheckName(asked.field, "topics", asked.value));
    const auto topic = view_.TopicKeyOf(asked.value);
    if (!topic.has_value()) return error::ResourceNotFound(asked.value);
    return Term(descendants ? Dimension::kTopicClosure : Dimension::kTopic, *topic);
  }

  absl::StatusOr<Plan> Author(const AskedFor& asked) const {
    DATELINE_RETURN_IF_ERROR(CheckName(asked.field, "authors", asked.value));
    const auto author = view_.AuthorKeyOf(asked.value);
    if (!author.has_value()) return error::ResourceNotFound(asked.value);
    return Term(Dimension::kAuthor, *author);
  }

  absl::StatusOr<Plan> Publication(const AskedFor& asked) const {
    DATELINE_RETURN_IF_ERROR(CheckName(asked.field, "publications", asked.value));
    const auto key = view_.PublicationKeyOf(asked.value);
    if (!key.has_value()) return error::ResourceNotFound(asked.value);
    return Term(Dimension::kPublication, *key);
  }

  static absl::StatusOr<Plan> Word(const AskedFor& asked, Dimension dimension) {
    DATELINE_RETURN_IF_ERROR(CheckTerm(asked.field, asked.value));
    return Term(dimension, replica::TermOf(asked.value));
  }

  const View& view_;
  bool descendants_ = false;  // of the expression's topics, whatever its operators
  int terms_ = 0;
};

void Add(const char* field, const google::protobuf::RepeatedPtrField<std::string>& values,
         std::vector<AskedFor>* asked) {
  for (int i = 0; i < values.size(); ++i) {
    asked->push_back({absl::StrCat(field, "[", i, "]"), values[i]});
  }
}

// The values of an enum as an expression spells them, without their prefix.
template <typename Name>
void AddEnums(const char* field, const google::protobuf::RepeatedField<int>& values, Name name,
              size_t prefix, std::vector<AskedFor>* asked) {
  for (int i = 0; i < values.size(); ++i) {
    asked->push_back({absl::StrCat(field, "[", i, "]"),
                      std::string(absl::ClippedSubstr(name(values[i]), prefix))});
  }
}

}  // namespace

absl::StatusOr<Conditions> ConditionsOf(const v1::ArticleFilter& filter) {
  Conditions asked;
  Add("filter.any_topics", filter.any_topics(), &asked.any_topics);
  Add("filter.all_topics", filter.all_topics(), &asked.all_topics);
  Add("filter.no_topics", filter.no_topics(), &asked.no_topics);
  asked.descendants = filter.include_descendants();
  Add("filter.authors", filter.authors(), &asked.any_authors);
  Add("filter.publications", filter.publications(), &asked.any_publications);
  Add("filter.languages", filter.languages(), &asked.any_languages);
  Add("filter.labels", filter.labels(), &asked.any_labels);
  Add("filter.no_labels", filter.no_labels(), &asked.no_labels);
  Add("filter.rights_flags", filter.rights_flags(), &asked.any_rights_flags);
  Add("filter.no_rights_flags", filter.no_rights_flags(), &asked.no_rights_flags);
  AddEnums("filter.types", filter.types(), content::v1::ArticleType_Name<int>,
           filter::kTypePrefix.size(), &asked.any_types);
  AddEnums("filter.access", filter.access(), content::v1::Access_Name<int>,
           filter::kAccessPrefix.size(), &asked.any_access);
  if (filter.has_has_image()) asked.has_image = filter.has_image();
  if (filter.has_publish_time_from()) asked.from = TimeFromProto(filter.publish_time_from());
  if (filter.has_publish_time_to()) asked.until = TimeFromProto(filter.publish_time_to());
  asked.expression = {"filter.expression", filter.expression()};
  if (asked.descendants && asked.any_topics.empty() && asked.all_topics.empty() &&
      asked.no_topics.empty() && asked.expression.value.empty()) {
    return error::InvalidField("filter.include_descendants", "needs a topic");
  }
  return asked;
}

absl::StatusOr<Plan> PlanOf(const View& view, const Conditions& conditions) {
  return Planner(view).Make(conditions);
}

}  // namespace dateline::query::service
