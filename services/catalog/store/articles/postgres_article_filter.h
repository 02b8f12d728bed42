#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_FILTER_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_FILTER_H_

#include <array>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/catalog/store/articles/article_list.h"
#include "services/catalog/store/articles/postgres_sql.h"

namespace dateline::catalog::store {

// What a list is asked for, in SQL.
struct ArticleCondition {
  // Holds for what is listed, of catalog.articles AS a; true or false and never NULL.
  Sql holds = Sql("true");
  // Each gives keys of articles out of an index of its own: all that are listed, and others.
  std::vector<Sql> sets = {};
  // What must hold of each instant by itself, such as `>= ?::timestamptz`.
  std::array<std::vector<Sql>, kListInstants> bounds = {};
  // The key of the only publication.
  std::optional<std::string> publication = {};
};

// The condition of a list at the instant `now`. INVALID_FIELD, naming `filter` and the column, for
// a value that is none of its field, and for a topic, author or publication that does not exist.
absl::StatusOr<ArticleCondition> ConditionOf(pqxx::transaction_base& transaction,
                                             const ArticleList& list, absl::Time now);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_FILTER_H_
