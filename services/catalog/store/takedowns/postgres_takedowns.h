#ifndef DATELINE_SERVICES_CATALOG_STORE_TAKEDOWNS_POSTGRES_TAKEDOWNS_H_
#define DATELINE_SERVICES_CATALOG_STORE_TAKEDOWNS_POSTGRES_TAKEDOWNS_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <vector>

namespace dateline::catalog::store {

// Notes that articles are taken down, within the transaction that erases them; each consumer whose
// lease has not ended owes a receipt for each of them.
void NoteTakedowns(pqxx::transaction_base& transaction, const std::vector<int64_t>& article_keys);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_TAKEDOWNS_POSTGRES_TAKEDOWNS_H_
