#ifndef DATELINE_COMMON_PG_PREPARED_H_
#define DATELINE_COMMON_PG_PREPARED_H_

#include <pqxx/pqxx>
#include <string>
#include <utility>

namespace dateline::pg {

// The name under which the transaction's session knows `sql`, which it takes down if it does not.
// The session keeps it for as long as it lives, so there may only be a small number of texts.
std::string PreparedName(pqxx::transaction_base& transaction, const std::string& sql);

// As transaction.exec_params(sql, …), parsed once a session; from the sixth time on PostgreSQL
// plans it no more either, if one plan does for all values (its manual, PREPARE). Only for
// statements that run often and read no table that grows: a plan that was made while a table was
// empty is kept until the table is analysed, and by then it may read all of it each time. Throws as
// libpqxx does.
template <typename... Params>
pqxx::result ExecPrepared(pqxx::transaction_base& transaction, const std::string& sql,
                          Params&&... params) {
  return transaction.exec_prepared(PreparedName(transaction, sql), std::forward<Params>(params)...);
}

}  // namespace dateline::pg

#endif  // DATELINE_COMMON_PG_PREPARED_H_
