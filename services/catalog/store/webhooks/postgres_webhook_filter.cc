#include "services/catalog/store/webhooks/postgres_webhook_filter.h"

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/pg/values.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using filter::ArticleField;
using filter::ArticleMatcher;
using filter::Expression;
using filter::Operator;

constexpr char kField[] = "webhook.filter";

// Where names are looked up: each query finds, for the id $1, all ids that it means.
struct Collection {
  ArticleField field;
  const char* name;
  const char* query;
};
constexpr Collection kCollections[] = {
    // With the topics below it if $2 says so.
    {ArticleField::kTopic, api::kTopics,
     "WITH RECURSIVE meant(key) AS (SELECT coalesce(merged_into, key) FROM catalog.topics "
     "WHERE id = $1 UNION SELECT n.key FROM meant m CROSS JOIN LATERAL (SELECT t.key FROM "
     "catalog.topics t WHERE t.merged_into = m.key UNION ALL SELECT p.topic_key FROM "
     "catalog.topic_parents p WHERE $2::boolean AND p.parent_key = m.key) n) "
     "SELECT t.id FROM meant m JOIN catalog.topics t ON t.key = m.key"},
    {ArticleField::kAuthor, api::kAuthors,
     "WITH meant AS (SELECT coalesce(merged_into, key) AS key FROM catalog.authors WHERE id = $1 "
     "AND $2::boolean IS NOT NULL) SELECT r.id FROM meant m JOIN catalog.authors r ON r.key = "
     "m.key "
     "OR r.merged_into = m.key"},
    {ArticleField::kPublication, api::kPublications,
     "SELECT id FROM catalog.publications WHERE id = $1 AND $2::boolean IS NOT NULL"},
};

class NameReader {
 public:
  explicit NameReader(pqxx::transaction_base& transaction) : transaction_(transaction) {}

  // Finds what all names of an expression mean. INVALID_FIELD for one that means nothing, at the
  // end.
  absl::Status Read(const Expression& expression, ArticleMatcher* matcher) {
    absl::Status status = absl::OkStatus();
    for (const Expression& part : expression.parts) status.Update(Read(part, matcher));
    if (expression.kind != Expression::Kind::kRestriction) return status;
    for (const Collection& collection : kCollections) {
      if (expression.field == static_cast<int>(collection.field)) {
        status.Update(ReadOne(collection, expression, matcher));
      }
    }
    return status;
  }

 private:
  absl::Status ReadOne(const Collection& collection, const Expression& asked,
                       ArticleMatcher* matcher) {
    const absl::string_view id = api::IdInName(collection.name, asked.value);
    if (id.empty()) {
      return filter::BadExpression(
          kField, asked.column, absl::StrCat("is no name such as ", collection.name, "/example"));
    }
    auto& names = matcher->names[asked.column];
    for (const pqxx::row& row :
         transaction_.exec_params(collection.query, std::string(id), asked.op == Operator::kHas)) {
      names.insert(api::MakeName(collection.name, Text(row[0])));
    }
    if (!names.empty()) return absl::OkStatus();
    return filter::BadExpression(kField, asked.column, absl::StrCat("there is no ", asked.value));
  }

  pqxx::transaction_base& transaction_;
};

absl::StatusOr<Expression> Parse(const std::string& text) {
  DATELINE_ASSIGN_OR_RETURN(Expression expression,
                            filter::ParseExpression(text, kField, filter::kArticleFields));
  DATELINE_RETURN_IF_ERROR(filter::CheckArticleValues(expression, kField));
  return expression;
}

}  // namespace

absl::Status CheckWebhookFilter(pqxx::transaction_base& transaction, const std::string& text) {
  if (text.empty()) return absl::OkStatus();
  DATELINE_ASSIGN_OR_RETURN(const Expression expression, Parse(text));
  ArticleMatcher matcher;
  return NameReader(transaction).Read(expression, &matcher);
}

absl::StatusOr<std::optional<ArticleMatcher>> StoredMatcher(pqxx::transaction_base& transaction,
                                                            const std::string& text) {
  if (text.empty()) return std::nullopt;
  ArticleMatcher matcher;
  DATELINE_ASSIGN_OR_RETURN(matcher.expression, Parse(text));
  NameReader(transaction).Read(matcher.expression, &matcher).IgnoreError();
  return matcher;
}

}  // namespace dateline::catalog::store
