#include "services/ingestion/store/postgres_source_store.h"

#include <algorithm>
#include <pqxx/pqxx>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/store/postgres_requests.h"
#include "services/ingestion/store/postgres_source_rows.h"

namespace dateline::ingestion::store {
namespace {

using v1::Source;

constexpr pg::TransactionOptions kReadOnly = {.read_only = true};

constexpr char kInsert[] =
    "INSERT INTO ingestion.sources (id, publication, state, message, host, next_fetch_time)"
    " VALUES ($1, $2, $3, $4::bytea, $5, CASE WHEN $6 THEN clock_timestamp() END)"
    " ON CONFLICT (id) DO NOTHING RETURNING key";

// What is known of an address says nothing of another one.
constexpr char kUpdate[] =
    "UPDATE ingestion.sources SET message = $2::bytea, host = $3, version = version + 1,"
    " update_time = clock_timestamp(), document_digest = '',"
    " http_etag = CASE WHEN $4 THEN '' ELSE http_etag END,"
    " http_last_modified = CASE WHEN $4 THEN '' ELSE http_last_modified END,"
    " consecutive_failures = CASE WHEN $4 THEN 0 ELSE consecutive_failures END,"
    " last_error = CASE WHEN $4 THEN '' ELSE last_error END,"
    " moved_to = CASE WHEN $4 THEN '' ELSE moved_to END,"
    " moved_since = CASE WHEN $4 THEN NULL ELSE moved_since END,"
    " next_fetch_time = CASE WHEN NOT $5 THEN NULL WHEN $4 THEN clock_timestamp()"
    " ELSE next_fetch_time END WHERE key = $1";

// The hub of one address knows nothing of another.
constexpr char kUnsubscribe[] = "DELETE FROM ingestion.subscriptions WHERE source_key = $1";

// A source that was paused is due when it is resumed, whatever it had come to before.
constexpr char kSetState[] =
    "UPDATE ingestion.sources SET state = $2, version = version + 1,"
    " update_time = clock_timestamp(),"
    " pause_time = CASE WHEN $2 = 2 THEN clock_timestamp() END,"
    " pause_reason = CASE WHEN $2 = 2 THEN $3 ELSE '' END,"
    " pause_by = CASE WHEN $2 = 2 THEN $4 ELSE '' END,"
    " next_fetch_time = CASE WHEN next_fetch_time IS NOT NULL AND $2 = 1 THEN clock_timestamp()"
    " ELSE next_fetch_time END"
    " WHERE id = $1 AND state <> $2";

void SetCredentials(pqxx::transaction_base& transaction, int64_t key, const Source& source) {
  transaction.exec_params("DELETE FROM ingestion.credentials WHERE source_key = $1", key);
  if (!source.has_credentials()) return;
  transaction.exec_params(
      "INSERT INTO ingestion.credentials (source_key, message) VALUES ($1, $2::bytea)", key,
      pg::ToBytea(source.credentials().SerializeAsString()));
}

absl::Status Insert(pqxx::transaction_base& transaction, const Source& source) {
  const pqxx::result inserted = transaction.exec_params(
      kInsert, IdOf(source.name()), source.publication(), static_cast<int>(v1::SOURCE_STATE_ACTIVE),
      pg::ToBytea(StoredBytes(source)), HostOf(source.url()), !source.url().empty());
  if (inserted.empty()) return error::ResourceExists(source.name());
  SetCredentials(transaction, inserted[0][0].as<int64_t>(), source);
  return absl::OkStatus();
}

// Runs a write that fills `result`; rolled back if it only validates (AIP-163), with the same
// answer.
absl::Status Write(pg::Pool& pool, const RequestContext& context, const WriteOptions& options,
                   absl::FunctionRef<absl::Status(pqxx::transaction_base&)> body) {
  bool succeeded = false;
  const absl::Status status = pg::RunTransaction(
      pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const absl::Status written = body(transaction);
        succeeded = written.ok();
        return written.ok() && options.validate_only ? absl::CancelledError("validate_only")
                                                     : written;
      });
  return options.validate_only && succeeded ? absl::OkStatus() : status;
}

absl::Status CheckEtag(const Source& source, const std::string& etag) {
  return etag.empty() || etag == source.etag() ? absl::OkStatus()
                                               : error::EtagMismatch(source.name());
}

// Whoever may change a source must not learn its secret by having it sent elsewhere.
absl::Status CheckSecretStays(const StoredSource& stored, const SourceChange& changed) {
  if (!stored.has_credentials || changed.sets_credentials ||
      SameOrigin(stored.source.url(), changed.source.url())) {
    return absl::OkStatus();
  }
  return error::InvalidField("source.credentials",
                             "must be given again or removed, as the address leads to another "
                             "origin");
}

}  // namespace

absl::StatusOr<Source> PostgresSourceStore::Create(const RequestContext& context,
                                                   const Source& source,
                                                   const WriteOptions& options) {
  StoredSource created;
  DATELINE_RETURN_IF_ERROR(
      Write(pool_, context, options, [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(const bool repeated,
                                  ClaimRequest(transaction, context, options, IdOf(source.name())));
        const absl::Status inserted = repeated ? absl::OkStatus() : Insert(transaction, source);
        if (!inserted.ok()) return inserted;
        DATELINE_ASSIGN_OR_RETURN(created, SelectSource(transaction, source.name()));
        return absl::OkStatus();
      }));
  return created.source;
}

absl::StatusOr<Source> PostgresSourceStore::Update(
    const RequestContext& context, const std::string& name, const std::string& etag,
    const WriteOptions& options,
    const std::function<absl::StatusOr<SourceChange>(const Source&)>& change) {
  StoredSource stored;
  DATELINE_RETURN_IF_ERROR(
      Write(pool_, context, options, [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(stored, SelectSource(transaction, name, " FOR UPDATE"));
        DATELINE_ASSIGN_OR_RETURN(const bool repeated,
                                  ClaimRequest(transaction, context, options, IdOf(name)));
        if (repeated) return absl::OkStatus();
        const absl::Status fits = CheckEtag(stored.source, etag);
        if (!fits.ok()) return fits;
        DATELINE_ASSIGN_OR_RETURN(const SourceChange changed, change(stored.source));
        const absl::Status secret_stays = CheckSecretStays(stored, changed);
        if (!secret_stays.ok()) return secret_stays;
        const bool moves = changed.source.url() != stored.source.url();
        transaction.exec_params(kUpdate, stored.key, pg::ToBytea(StoredBytes(changed.source)),
                                HostOf(changed.source.url()), moves || changed.sets_credentials,
                                !changed.source.url().empty());
        if (moves) transaction.exec_params(kUnsubscribe, stored.key);
        if (changed.sets_credentials) SetCredentials(transaction, stored.key, changed.source);
        DATELINE_ASSIGN_OR_RETURN(stored, SelectSource(transaction, name));
        return absl::OkStatus();
      }));
  return stored.source;
}

absl::Status PostgresSourceStore::Delete(const RequestContext& context, const std::string& name,
                                         const std::string& etag, const WriteOptions& options) {
  return Write(pool_, context, options, [&](pqxx::transaction_base& transaction) -> absl::Status {
    DATELINE_ASSIGN_OR_RETURN(const bool repeated,
                              ClaimRequest(transaction, context, options, IdOf(name)));
    if (repeated) return absl::OkStatus();
    DATELINE_ASSIGN_OR_RETURN(const StoredSource stored,
                              SelectSource(transaction, name, " FOR UPDATE"));
    DATELINE_RETURN_IF_ERROR(CheckEtag(stored.source, etag));
    transaction.exec_params("DELETE FROM ingestion.sources WHERE key = $1", stored.key);
    return absl::OkStatus();
  });
}

absl::StatusOr<StoredSource> PostgresSourceStore::Get(const RequestContext& context,
                                                      const std::string& name) {
  absl::StatusOr<StoredSource> found = absl::InternalError("not run");
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) {
        found = SelectSource(transaction, name);
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

absl::StatusOr<Source> PostgresSourceStore::SetState(
    const RequestContext& context, const std::string& name, const std::string& etag,
    const WriteOptions& options, v1::SourceState state, const std::string& reason) {
  StoredSource stored;
  DATELINE_RETURN_IF_ERROR(
      Write(pool_, context, options, [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(stored, SelectSource(transaction, name, " FOR UPDATE"));
        DATELINE_ASSIGN_OR_RETURN(const bool repeated,
                                  ClaimRequest(transaction, context, options, IdOf(name)));
        if (repeated) return absl::OkStatus();
        const absl::Status fits = CheckEtag(stored.source, etag);
        if (!fits.ok()) return fits;
        transaction.exec_params(kSetState, IdOf(name), static_cast<int>(state), reason,
                                context.caller());
        DATELINE_ASSIGN_OR_RETURN(stored, SelectSource(transaction, name));
        return absl::OkStatus();
      }));
  return stored.source;
}

absl::Status PostgresSourceStore::SetEntryKeys(const RequestContext& context, int64_t source_key,
                                               int key_form, const std::string& guid_memory) {
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec_params(
        "UPDATE ingestion.sources SET key_form = greatest(key_form, $2::smallint),"
        " guid_memory = $3::bytea WHERE key = $1",
        source_key, key_form, pg::ToBytea(guid_memory));
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
        const pqxx::row rejects = transaction.exec1(
            "SELECT (SELECT count(*) FROM ingestion.rejects),"
            " (SELECT coalesce(sum(dropped), 0) FROM ingestion.reject_totals)");
        counts.rejects = rejects[0].as<int64_t>();
        counts.dropped_rejects = rejects[1].as<int64_t>();
        return absl::OkStatus();
      }));
  return counts;
}

}  // namespace dateline::ingestion::store
