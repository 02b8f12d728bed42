#include "services/catalog/store/articles/postgres_sql.h"

#include "absl/strings/str_cat.h"

namespace dateline::catalog::store {

Sql& Sql::Add(const Sql& other) {
  text_.append(other.text_);
  values_.insert(values_.end(), other.values_.begin(), other.values_.end());
  return *this;
}

pqxx::result Sql::Run(pqxx::transaction_base& transaction) const {
  std::string numbered;
  int number = 0;
  for (const char c : text_) {
    if (c == '?') {
      absl::StrAppend(&numbered, "$", ++number);
    } else {
      numbered.push_back(c);
    }
  }
  return transaction.exec_params(numbered, pqxx::prepare::make_dynamic_params(values_));
}

}  // namespace dateline::catalog::store
