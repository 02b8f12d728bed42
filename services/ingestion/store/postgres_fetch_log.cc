#include <pqxx/pqxx>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/ingestion/store/postgres_source_rows.h"
#include "services/ingestion/store/postgres_source_store.h"

// The log of fetches.
namespace dateline::ingestion::store {
namespace {

constexpr pg::TransactionOptions kReadOnly = {.read_only = true};

}  // namespace

absl::StatusOr<std::vector<v1::Fetch>> PostgresSourceStore::ListFetches(
    const RequestContext& context, const std::string& name, int64_t before, int limit) {
  std::vector<v1::Fetch> fetches;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) -> absl::Status {
        fetches.clear();
        const pqxx::result sources =
            transaction.exec_params("SELECT key FROM ingestion.sources WHERE id = $1", IdOf(name));
        if (sources.empty()) return error::ResourceNotFound(name);
        const pqxx::result rows = transaction.exec_params(
            "SELECT number, message FROM ingestion.fetches"
            " WHERE source_key = $1 AND ($2 = 0 OR number < $2) ORDER BY number DESC LIMIT $3",
            sources[0][0].as<int64_t>(), before, limit);
        for (const pqxx::row& row : rows) {
          DATELINE_ASSIGN_OR_RETURN(v1::Fetch fetch, ReadMessage<v1::Fetch>(row[1]));
          fetch.set_name(absl::StrCat(name, "/fetches/", row[0].as<int64_t>()));
          fetches.push_back(std::move(fetch));
        }
        return absl::OkStatus();
      }));
  return fetches;
}

}  // namespace dateline::ingestion::store
