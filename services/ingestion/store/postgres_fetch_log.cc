#include <pqxx/pqxx>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/pipeline/time.h"
#include "services/ingestion/store/postgres_source_rows.h"
#include "services/ingestion/store/postgres_source_store.h"

// Leases and the log of fetches.
namespace dateline::ingestion::store {
namespace {

constexpr pg::TransactionOptions kReadOnly = {.read_only = true};

constexpr char kTakeLease[] =
    "UPDATE ingestion.sources SET lease_epoch = lease_epoch + 1,"
    " lease_until = clock_timestamp() + $2 * interval '1 second'"
    " WHERE id = $1 AND (lease_until IS NULL OR lease_until <= clock_timestamp())"
    " RETURNING lease_epoch";

constexpr char kEndFetch[] =
    "UPDATE ingestion.sources SET lease_until = NULL, last_fetch_time = $3,"
    " http_etag = CASE WHEN $4 THEN $5 ELSE http_etag END,"
    " http_last_modified = CASE WHEN $4 THEN $6 ELSE http_last_modified END,"
    " key_form = greatest(key_form, $7::smallint),"
    " last_success_time = CASE WHEN $8 THEN $3 ELSE last_success_time END,"
    " consecutive_failures = CASE WHEN $8 THEN 0 ELSE consecutive_failures + 1 END,"
    " last_error = $9, next_fetch_time = CASE WHEN next_fetch_time IS NOT NULL THEN "
    "$10::timestamptz END"
    " WHERE key = $1 AND lease_epoch = $2 RETURNING key";

std::string FetchName(const std::string& source, int64_t number) {
  return absl::StrCat(source, "/fetches/", number);
}

}  // namespace

absl::StatusOr<Lease> PostgresSourceStore::TakeLease(const RequestContext& context,
                                                     const std::string& name,
                                                     absl::Duration duration) {
  Lease lease;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result taken =
            transaction.exec_params(kTakeLease, IdOf(name), absl::ToDoubleSeconds(duration));
        const pqxx::result rows = transaction.exec_params(
            absl::StrCat("SELECT ", kSourceColumns, " FROM ingestion.sources WHERE id = $1"),
            IdOf(name));
        if (rows.empty()) return error::ResourceNotFound(name);
        if (taken.empty()) return error::LeaseLost(name);
        lease.epoch = taken[0][0].as<int64_t>();
        DATELINE_ASSIGN_OR_RETURN(lease.source, ReadSource(rows[0]));
        const pqxx::result secrets = transaction.exec_params(
            "SELECT message FROM ingestion.credentials WHERE source_key = $1", lease.source.key);
        if (!secrets.empty()) {
          DATELINE_ASSIGN_OR_RETURN(lease.credentials,
                                    ReadMessage<content::v1::SourceCredentials>(secrets[0][0]));
        }
        return absl::OkStatus();
      }));
  return lease;
}

absl::StatusOr<v1::Fetch> PostgresSourceStore::EndFetch(const RequestContext& context,
                                                        const Lease& lease,
                                                        const FetchRecord& record) {
  v1::Fetch fetch = record.fetch;
  const bool succeeded = fetch.outcome() != v1::FETCH_OUTCOME_FAILED;
  const std::string start = pg::ToTimestamp(pipeline::FromProto(fetch.start_time()));
  const std::string& name = lease.source.source.name();
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result ended = transaction.exec_params(
            kEndFetch, lease.source.key, lease.epoch, start,
            fetch.outcome() == v1::FETCH_OUTCOME_TAKEN, record.http_etag, record.http_last_modified,
            record.key_form, succeeded, fetch.error().message(),
            pg::ToTimestamp(record.next_fetch_time));
        if (ended.empty()) return error::LeaseLost(name);
        const pqxx::row row = transaction.exec_params1(
            "INSERT INTO ingestion.fetches (source_key, start_time, message)"
            " VALUES ($1, $2, $3::bytea) RETURNING number",
            lease.source.key, start, pg::ToBytea(record.fetch.SerializeAsString()));
        fetch.set_name(FetchName(name, row[0].as<int64_t>()));
        return absl::OkStatus();
      }));
  return fetch;
}

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
          fetch.set_name(FetchName(name, row[0].as<int64_t>()));
          fetches.push_back(std::move(fetch));
        }
        return absl::OkStatus();
      }));
  return fetches;
}

}  // namespace dateline::ingestion::store
