#include "services/ingestion/store/postgres_source_store.h"

#include <pqxx/pqxx>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/identify/content_hash.h"
#include "services/ingestion/store/postgres_source_rows.h"

namespace dateline::ingestion::store {
namespace {

using content::v1::Source;

constexpr pg::TransactionOptions kReadOnly = {.read_only = true};

// What the row keeps of the message: columns and the credentials' table have the rest.
Source Stored(Source source) {
  source.clear_credentials();
  source.clear_state();
  source.clear_health();
  source.clear_version();
  source.clear_etag();
  source.clear_create_time();
  source.clear_update_time();
  return source;
}

absl::StatusOr<StoredSource> SelectByName(pqxx::transaction_base& transaction,
                                          const std::string& name, const char* suffix = "") {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT ", kSourceColumns, " FROM ingestion.sources WHERE id = $1", suffix),
      IdOf(name));
  if (rows.empty()) return error::ResourceNotFound(name);
  return ReadSource(rows[0]);
}

// The answer to a request that made its source before; RESOURCE_EXISTS if another one did.
absl::Status CheckRepeated(pqxx::transaction_base& transaction, const Source& source,
                           const std::string& request_id, const std::string& hash) {
  const pqxx::result rows = transaction.exec_params(
      "SELECT id, create_hash FROM ingestion.sources WHERE create_request_id = $1 OR id = $2",
      request_id, IdOf(source.name()));
  if (rows.empty()) return absl::OkStatus();
  const bool repeated =
      !request_id.empty() && rows.size() == 1 && rows[0][1].as<std::string>() == hash;
  if (repeated) return absl::OkStatus();
  for (const pqxx::row& row : rows) {
    if (row[0].as<std::string>() == IdOf(source.name()))
      return error::ResourceExists(source.name());
  }
  return error::RequestIdReused(request_id);
}

constexpr char kInsert[] =
    "INSERT INTO ingestion.sources (id, publication, state, message, create_request_id, "
    "create_hash,"
    " next_fetch_time) VALUES ($1, $2, $3, $4::bytea, nullif($5, ''), $6,"
    " CASE WHEN $7 THEN clock_timestamp() END) ON CONFLICT (id) DO NOTHING RETURNING key";

}  // namespace

absl::StatusOr<Source> PostgresSourceStore::Create(const RequestContext& context,
                                                   const Source& source,
                                                   const std::string& request_id,
                                                   bool validate_only) {
  absl::StatusOr<StoredSource> created = absl::InternalError("not run");
  const std::string hash = Sha256Hex(source.SerializeAsString());
  const absl::Status status = pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_RETURN_IF_ERROR(CheckRepeated(transaction, source, request_id, hash));
        const pqxx::result inserted =
            transaction.exec_params(kInsert, IdOf(source.name()), source.publication(),
                                    static_cast<int>(content::v1::SOURCE_STATE_ACTIVE),
                                    pg::ToBytea(Stored(source).SerializeAsString()), request_id,
                                    hash, !source.url().empty());
        if (!inserted.empty() && source.has_credentials()) {
          transaction.exec_params(
              "INSERT INTO ingestion.credentials (source_key, message) VALUES ($1, $2::bytea)",
              inserted[0][0].as<int64_t>(), pg::ToBytea(source.credentials().SerializeAsString()));
        }
        created = SelectByName(transaction, source.name());
        // Rolled back: the answer is the same, and nothing was written (AIP-163).
        return validate_only && created.ok() ? absl::CancelledError("validate_only")
                                             : created.status();
      });
  if (!status.ok() && !(validate_only && created.ok())) return status;
  return created->source;
}

absl::StatusOr<StoredSource> PostgresSourceStore::Get(const RequestContext& context,
                                                      const std::string& name) {
  absl::StatusOr<StoredSource> found = absl::InternalError("not run");
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) {
        found = SelectByName(transaction, name);
        return found.status();
      }));
  return found;
}

absl::StatusOr<std::vector<Source>> PostgresSourceStore::List(const RequestContext& context,
                                                              const std::string& after,
                                                              const std::string& publication,
                                                              int limit) {
  std::vector<Source> sources;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) -> absl::Status {
        sources.clear();
        const pqxx::result rows = transaction.exec_params(
            absl::StrCat("SELECT ", kSourceColumns,
                         " FROM ingestion.sources WHERE id > $1 AND ($2 = '' OR publication = $2)"
                         " ORDER BY id LIMIT $3"),
            after, publication, limit);
        for (const pqxx::row& row : rows) {
          DATELINE_ASSIGN_OR_RETURN(StoredSource stored, ReadSource(row));
          sources.push_back(std::move(stored.source));
        }
        return absl::OkStatus();
      }));
  return sources;
}

absl::StatusOr<Source> PostgresSourceStore::SetState(const RequestContext& context,
                                                     const std::string& name,
                                                     content::v1::SourceState state) {
  absl::StatusOr<StoredSource> changed = absl::InternalError("not run");
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
        transaction.exec_params(
            "UPDATE ingestion.sources SET state = $2, version = version + 1,"
            " update_time = clock_timestamp() WHERE id = $1 AND state <> $2",
            IdOf(name), static_cast<int>(state));
        changed = SelectByName(transaction, name);
        return changed.status();
      }));
  return changed->source;
}

absl::Status PostgresSourceStore::SetKeyForm(const RequestContext& context, int64_t source_key,
                                             int key_form) {
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec_params(
        "UPDATE ingestion.sources SET key_form = $2 WHERE key = $1 AND key_form < $2", source_key,
        key_form);
    return absl::OkStatus();
  });
}

absl::StatusOr<SourceStore::Counts> PostgresSourceStore::Count(const RequestContext& context) {
  Counts counts;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) {
        const pqxx::row row = transaction.exec1(
            "SELECT count(*), count(*) FILTER (WHERE next_fetch_time <= clock_timestamp()),"
            " coalesce(extract(epoch FROM clock_timestamp() - min(next_fetch_time)), 0)"
            " FROM ingestion.sources WHERE state = 1 AND next_fetch_time IS NOT NULL");
        counts.polled = row[0].as<int64_t>();
        counts.due = row[1].as<int64_t>();
        counts.oldest_due = absl::Seconds(std::max(0.0, row[2].as<double>()));
        return absl::OkStatus();
      }));
  return counts;
}

}  // namespace dateline::ingestion::store
