#include "services/catalog/store/articles/postgres_article_filter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/pg/values.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using content::v1::ArticleState;
using filter::Expression;
using filter::Operator;

constexpr char kField[] = "filter";

ArticleCondition AllOf(std::vector<ArticleCondition> parts) {
  ArticleCondition all;
  for (ArticleCondition& part : parts) {
    all.holds.Add(" AND ").Add(part.holds);
    for (Sql& set : part.sets) all.sets.push_back(std::move(set));
    for (size_t i = 0; i < all.bounds.size(); ++i) {
      for (Sql& bound : part.bounds[i]) all.bounds[i].push_back(std::move(bound));
    }
    if (!all.publication.has_value()) all.publication = std::move(part.publication);
  }
  all.holds = Sql("(").Add(all.holds).Add(")");
  return all;
}

ArticleCondition AnyOf(const std::vector<ArticleCondition>& parts) {
  ArticleCondition any{.holds = Sql("(false")};
  Sql united;
  bool has_sets = true;
  for (const ArticleCondition& part : parts) {
    any.holds.Add(" OR ").Add(part.holds);
    has_sets = has_sets && !part.sets.empty();
    if (!has_sets) continue;
    united.Add(&part == &parts[0] ? "" : " UNION ALL ").Add(part.sets[0]);
  }
  any.holds.Add(")");
  if (has_sets && !parts.empty()) any.sets.push_back(std::move(united));
  return any;
}

ArticleCondition Not(const ArticleCondition& part) {
  return {.holds = Sql("(NOT ").Add(part.holds).Add(")")};
}

// An article in `state` at the instant `now`, as article/visibility.h says.
ArticleCondition InState(ArticleState state, absl::Time now) {
  const std::string at = pg::ToTimestamp(now);
  const Sql expired("coalesce(a.expire_time <= ?::timestamptz, false)", {at});
  const Sql embargoed("coalesce(a.embargo_time > ?::timestamptz, false)", {at});
  const Sql later(
      "(a.publish_time > ?::timestamptz OR (a.live_revision = 0 AND "
      "coalesce(a.schedule_time > ?::timestamptz, false)))",
      {at, at});
  ArticleCondition condition{.holds = Sql("(a.state = 2 AND ")};
  constexpr char kKeys[] = "SELECT key FROM catalog.articles WHERE ";
  switch (state) {
    case content::v1::ARTICLE_STATE_PUBLISHED:
      condition.holds.Add("NOT ").Add(expired).Add(" AND NOT ").Add(embargoed);
      condition.holds.Add(" AND NOT ").Add(later).Add(")");
      return condition;
    case content::v1::ARTICLE_STATE_EXPIRED:
      condition.holds.Add(expired).Add(")");
      condition.sets.push_back(Sql(kKeys).Add("expire_time <= ?::timestamptz", {at}));
      return condition;
    case content::v1::ARTICLE_STATE_EMBARGOED:
      condition.holds.Add("NOT ").Add(expired).Add(" AND ").Add(embargoed).Add(")");
      condition.sets.push_back(Sql(kKeys).Add("embargo_time > ?::timestamptz", {at}));
      return condition;
    case content::v1::ARTICLE_STATE_SCHEDULED:
      condition.holds.Add("NOT ").Add(expired).Add(" AND NOT ").Add(embargoed);
      condition.holds.Add(" AND ").Add(later).Add(")");
      condition.sets.push_back(Sql(kKeys)
                                   .Add("publish_time > ?::timestamptz UNION ALL ", {at})
                                   .Add(kKeys)
                                   .Add("schedule_time > ?::timestamptz", {at}));
      return condition;
    default:
      // No value of a caller's: one of an enumeration.
      const std::string is = absl::StrCat("state = ", static_cast<int>(state));
      return {.holds = Sql("a.").Add(is), .sets = {Sql(kKeys).Add(is).Add(" AND state <> 2")}};
  }
}

ArticleCondition InPublication(const std::string& key) {
  return {
      .holds = Sql("a.publication_key = ?::bigint", {key}),
      .sets = {Sql("SELECT key FROM catalog.articles WHERE publication_key = ?::bigint", {key})},
      .publication = key};
}

// An article that a table of what belongs to articles has a row of. A subquery that stands for a
// value is looked up article by article, whatever the planner thinks of joins.
ArticleCondition HasRow(absl::string_view table, const Sql& row) {
  ArticleCondition condition;
  condition.holds = Sql(absl::StrCat("coalesce((SELECT true FROM catalog.", table,
                                     " x WHERE x.article_key = a.key AND "))
                        .Add(row)
                        .Add(" LIMIT 1), false)");
  condition.sets = {
      Sql(absl::StrCat("SELECT x.article_key FROM catalog.", table, " x WHERE ")).Add(row)};
  return condition;
}

ArticleCondition AtInstant(ListInstant instant, Operator op, absl::Time time) {
  static constexpr char kModified[] =
      "(SELECT m.create_time FROM catalog.article_revisions m WHERE m.article_key = a.key AND "
      "m.number = a.revision)";
  static constexpr const char* kColumns[] = {"a.create_time", "a.publish_time", kModified};
  static constexpr const char* kOperators[] = {"=", "=", "=", "<", "<=", ">", ">="};
  const auto index = static_cast<size_t>(instant);
  Sql bound(absl::StrCat(" ", kOperators[static_cast<size_t>(op)], " ?::timestamptz"),
            {pg::ToTimestamp(time)});
  ArticleCondition condition{.holds = Sql(kColumns[index]).Add(bound)};
  condition.bounds[index].push_back(std::move(bound));
  return condition;
}

class Compiler {
 public:
  Compiler(pqxx::transaction_base& transaction, absl::Time now)
      : transaction_(transaction), now_(now) {}

  absl::StatusOr<ArticleCondition> Compile(const Expression& expression) {
    if (expression.kind == Expression::Kind::kRestriction) {
      DATELINE_ASSIGN_OR_RETURN(ArticleCondition one, Positive(expression));
      return expression.op == Operator::kNotEqual ? Not(one) : std::move(one);
    }
    std::vector<ArticleCondition> parts;
    for (const Expression& part : expression.parts) {
      DATELINE_ASSIGN_OR_RETURN(ArticleCondition one, Compile(part));
      parts.push_back(std::move(one));
    }
    if (expression.kind == Expression::Kind::kNot) return Not(parts[0]);
    return expression.kind == Expression::Kind::kAnd ? AllOf(std::move(parts)) : AnyOf(parts);
  }

 private:
  absl::StatusOr<ArticleCondition> Positive(const Expression& asked) {
    switch (static_cast<ArticleField>(asked.field)) {
      case ArticleField::kState: {
        ArticleState state = content::v1::ARTICLE_STATE_UNSPECIFIED;
        if (!content::v1::ArticleState_Parse(absl::StrCat("ARTICLE_STATE_", asked.value), &state) ||
            state == content::v1::ARTICLE_STATE_UNSPECIFIED) {
          return Bad(asked, "is no state of articles such as DRAFT");
        }
        return InState(state, now_);
      }
      case ArticleField::kPublication: {
        DATELINE_ASSIGN_OR_RETURN(
            const std::vector<int64_t> keys,
            Keys(asked, api::kPublications, "SELECT key FROM catalog.publications WHERE id = $1"));
        return InPublication(absl::StrCat(keys[0]));
      }
      case ArticleField::kTopic:
        return Topic(asked);
      case ArticleField::kAuthor: {
        DATELINE_ASSIGN_OR_RETURN(
            const std::vector<int64_t> keys,
            Keys(asked, api::kAuthors,
                 "WITH meant AS (SELECT coalesce(merged_into, key) AS key FROM catalog.authors "
                 "WHERE id = $1) SELECT key FROM meant UNION ALL SELECT r.key FROM meant m "
                 "JOIN catalog.authors r ON r.merged_into = m.key"));
        return HasRow("article_authors",
                      Sql("x.author_key = ANY (?::bigint[])", {pg::ToArray(keys)}));
      }
      case ArticleField::kLanguage:
        return ArticleCondition{.holds = Sql("a.language = ?::text", {asked.value})};
      case ArticleField::kSource: {
        if (api::IdInName(api::kSources, asked.value).empty()) return NoName(asked, api::kSources);
        ArticleCondition condition = HasRow("origins", Sql("x.source = ?::text", {asked.value}));
        // There is no index of sources: each would cost every delivery a write, and most sources
        // hold so many articles that a list finds them soon without one.
        condition.sets.clear();
        return condition;
      }
      case ArticleField::kHasProposal: {
        DATELINE_ASSIGN_OR_RETURN(const bool wanted, filter::FlagIn(asked, kField));
        ArticleCondition condition = HasRow("origins", Sql("x.proposal IS NOT NULL"));
        return wanted ? std::move(condition) : Not(condition);
      }
      case ArticleField::kPublishTime:
        return Instant(asked, ListInstant::kPublish);
      case ArticleField::kCreateTime:
        return Instant(asked, ListInstant::kCreate);
      case ArticleField::kModifyTime:
        return Instant(asked, ListInstant::kModify);
    }
    return Bad(asked, "is of no known field");
  }

  static absl::Status Bad(const Expression& asked, absl::string_view why) {
    return filter::BadExpression(kField, asked.column, why);
  }
  static absl::Status NoName(const Expression& asked, absl::string_view collection) {
    return Bad(asked, absl::StrCat("is no name such as ", collection, "/example"));
  }

  static absl::StatusOr<ArticleCondition> Instant(const Expression& asked, ListInstant instant) {
    DATELINE_ASSIGN_OR_RETURN(const absl::Time time, filter::TimeIn(asked, kField));
    return AtInstant(instant, asked.op, time);
  }

  absl::StatusOr<ArticleCondition> Topic(const Expression& asked) {
    // Neither articles nor topics below are rewritten when a topic is merged.
    DATELINE_ASSIGN_OR_RETURN(
        const std::vector<int64_t> keys,
        Keys(asked, api::kTopics,
             absl::StrCat(
                 "WITH RECURSIVE meant(key) AS (SELECT coalesce(merged_into, key) FROM "
                 "catalog.topics WHERE id = $1 UNION SELECT n.key FROM meant m CROSS JOIN LATERAL ("
                 "SELECT t.key FROM catalog.topics t WHERE t.merged_into = m.key",
                 asked.op == Operator::kHas ? " UNION ALL SELECT p.topic_key FROM "
                                              "catalog.topic_parents p WHERE p.parent_key = m.key"
                                            : "",
                 ") n) SELECT key FROM meant")));
    return HasRow("article_topics", Sql("x.topic_key = ANY (?::bigint[])", {pg::ToArray(keys)}));
  }

  // The keys that `query` finds for the id in a value; at least one.
  absl::StatusOr<std::vector<int64_t>> Keys(const Expression& asked, const char* collection,
                                            const std::string& query) {
    const absl::string_view id = api::IdInName(collection, asked.value);
    if (id.empty()) return NoName(asked, collection);
    std::vector<int64_t> keys;
    for (const pqxx::row& row : transaction_.exec_params(query, std::string(id))) {
      keys.push_back(Int(row[0]));
    }
    if (keys.empty()) return Bad(asked, absl::StrCat("there is no ", asked.value));
    return keys;
  }

  pqxx::transaction_base& transaction_;
  const absl::Time now_;
};

bool AsksForState(const Expression& expression) {
  if (expression.kind == Expression::Kind::kRestriction) {
    return expression.field == static_cast<int>(ArticleField::kState);
  }
  return std::any_of(expression.parts.begin(), expression.parts.end(), AsksForState);
}

}  // namespace

absl::StatusOr<ArticleCondition> ConditionOf(pqxx::transaction_base& transaction,
                                             const ArticleList& list, absl::Time now) {
  std::vector<ArticleCondition> all;
  if (!list.publication.empty()) {
    const pqxx::result rows =
        transaction.exec_params("SELECT key FROM catalog.publications WHERE id = $1",
                                std::string(api::IdInName(api::kPublications, list.publication)));
    // There is no article of what does not exist, and no key is 0.
    all.push_back(InPublication(absl::StrCat(rows.empty() ? 0 : Int(rows[0][0]))));
  }
  if (!list.states.empty()) {
    std::vector<ArticleCondition> states;
    for (const ArticleState state : list.states) states.push_back(InState(state, now));
    all.push_back(AnyOf(states));
  } else if (!list.expression.has_value() || !AsksForState(*list.expression)) {
    all.push_back({.holds = Sql("a.state NOT IN (7, 8)")});
  }
  if (list.expression.has_value()) {
    DATELINE_ASSIGN_OR_RETURN(ArticleCondition asked,
                              Compiler(transaction, now).Compile(*list.expression));
    all.push_back(std::move(asked));
  }
  return AllOf(std::move(all));
}

}  // namespace dateline::catalog::store
