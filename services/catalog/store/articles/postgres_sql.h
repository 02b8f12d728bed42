#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_SQL_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_SQL_H_

#include <pqxx/pqxx>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::catalog::store {

// A piece of a statement that is put together at run time. Each `?` in its text stands for a
// parameter, whose type is written behind it (`?::bigint`); values never become text of the
// statement.
class Sql {
 public:
  Sql() = default;
  explicit Sql(absl::string_view text, std::vector<std::string> values = {})
      : text_(text), values_(std::move(values)) {}

  Sql& Add(absl::string_view text, std::vector<std::string> values = {}) {
    return Add(Sql(text, std::move(values)));
  }
  Sql& Add(const Sql& other);

  pqxx::result Run(pqxx::transaction_base& transaction) const;

 private:
  std::string text_;
  std::vector<std::string> values_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_SQL_H_
