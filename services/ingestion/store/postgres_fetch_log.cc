#include <pqxx/pqxx>

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/store/postgres_hosts.h"
#include "services/ingestion/store/postgres_source_rows.h"
#include "services/ingestion/store/postgres_source_store.h"
#include "services/ingestion/store/postgres_subscriptions.h"

// What a fetch leaves behind, and the log of fetches.
namespace dateline::ingestion::store {
namespace {

constexpr pg::TransactionOptions kReadOnly = {.read_only = true};

// Cutting the log to its number is worth its reads only now and then.
constexpr int64_t kTrimEvery = 64;

constexpr char kEndLease[] =
    "UPDATE ingestion.sources SET lease_until = NULL, last_fetch_time = $3::timestamptz,"
    " last_success_time = CASE WHEN $4 THEN $3::timestamptz ELSE last_success_time END,"
    " consecutive_failures = CASE WHEN $4 THEN 0 WHEN $5 THEN consecutive_failures + 1"
    " ELSE consecutive_failures END,"
    " last_error = $6, key_form = greatest(key_form, $7::smallint),"
    " interval_seconds = CASE WHEN $8 > 0 THEN $8 ELSE interval_seconds END"
    " WHERE key = $1 AND lease_epoch = $2 RETURNING version";

// What holds only of the source as it was fetched. A push that came in the middle of the fetch
// makes it due again, in its minute.
constexpr char kEndFetch[] =
    "UPDATE ingestion.sources SET host = $9,"
    " http_etag = CASE WHEN $2 THEN $3 ELSE http_etag END,"
    " http_last_modified = CASE WHEN $2 THEN $4 ELSE http_last_modified END,"
    " document_digest = CASE WHEN $2 THEN $10::bytea ELSE document_digest END,"
    " skip_times = CASE WHEN $12 THEN $13::bytea ELSE skip_times END,"
    " next_fetch_time = CASE WHEN next_fetch_time IS NOT NULL THEN least($5::timestamptz,"
    "  (SELECT greatest(clock_timestamp(), p.push_poll_time) FROM ingestion.subscriptions p"
    "   WHERE p.source_key = $1 AND p.push_time >= $11::timestamptz)) END,"
    " state = CASE WHEN $6 <> '' THEN 2 ELSE state END,"
    " pause_time = CASE WHEN $6 <> '' THEN clock_timestamp() ELSE pause_time END,"
    " pause_reason = CASE WHEN $6 <> '' THEN $6 ELSE pause_reason END,"
    " pause_by = CASE WHEN $6 <> '' THEN '' ELSE pause_by END,"
    " moved_to = $7, moved_since = CASE WHEN $7 <> '' THEN $8::timestamptz END"
    " WHERE key = $1";

constexpr char kAdopt[] =
    "UPDATE ingestion.sources SET message = $2::bytea, host = $3, version = version + 1,"
    " update_time = clock_timestamp(), moved_to = '', moved_since = NULL WHERE key = $1";

// The log goes back as far as the rejects do.
constexpr char kTrimByAge[] =
    "DELETE FROM ingestion.fetches WHERE source_key = $1"
    " AND start_time < now() - interval '30 days'";
constexpr char kTrimByNumber[] =
    "DELETE FROM ingestion.fetches WHERE source_key = $1 AND number <="
    " (SELECT number FROM ingestion.fetches WHERE source_key = $1"
    "  ORDER BY number DESC OFFSET 10000 LIMIT 1)";

constexpr char kSweepFetches[] =
    "DELETE FROM ingestion.fetches WHERE start_time < now() - interval '30 days'";
constexpr char kSweepHosts[] =
    "DELETE FROM ingestion.hosts h WHERE not_before < now() - interval '1 day'"
    " AND (busy_until IS NULL OR busy_until < now())"
    " AND (patience_until IS NULL OR patience_until < now())"
    " AND NOT EXISTS (SELECT FROM ingestion.sources s WHERE s.host = h.host)";

void WriteOutcome(pqxx::transaction_base& transaction, const Lease& lease,
                  const FetchRecord& record) {
  // The same bytes as last time may come with other validators.
  const bool taken =
      record.fetch.outcome() == v1::FETCH_OUTCOME_TAKEN || !record.document_digest.empty();
  const std::string& url = lease.source.source.url();
  transaction.exec_params(
      kEndFetch, lease.source.key, taken, record.http_etag, record.http_last_modified,
      BoundedTimestamp(record.next_fetch_time), record.pause_reason, record.moved_to,
      BoundedTimestamp(record.moved_since), HostOf(url), pg::ToBytea(record.document_digest),
      BoundedTimestamp(lease.taken), record.fetch.outcome() == v1::FETCH_OUTCOME_TAKEN,
      pg::ToBytea(record.skip_times.SerializeAsString()));
  if (record.hub_offer.has_value()) OfferHub(transaction, lease.source.key, *record.hub_offer);
  if (record.adopted_url.empty()) return;
  v1::Source source = lease.source.source;
  source.set_url(record.adopted_url);
  transaction.exec_params(kAdopt, lease.source.key, pg::ToBytea(StoredBytes(source)),
                          HostOf(source.url()));
}

int64_t AddToLog(pqxx::transaction_base& transaction, const Lease& lease, const v1::Fetch& fetch,
                 const std::string& start) {
  const pqxx::row row = transaction.exec_params1(
      "INSERT INTO ingestion.fetches (source_key, start_time, message)"
      " VALUES ($1, $2, $3::bytea) RETURNING number",
      lease.source.key, start, pg::ToBytea(fetch.SerializeAsString()));
  const auto number = row[0].as<int64_t>();
  transaction.exec_params(kTrimByAge, lease.source.key);
  if (number % kTrimEvery == 0) transaction.exec_params(kTrimByNumber, lease.source.key);
  return number;
}

}  // namespace

absl::StatusOr<v1::Fetch> PostgresSourceStore::EndFetch(const RequestContext& context,
                                                        const Lease& lease,
                                                        const FetchRecord& record) {
  v1::Fetch fetch = record.fetch;
  const bool succeeded = fetch.outcome() != v1::FETCH_OUTCOME_FAILED;
  const std::string start = pg::ToTimestamp(TimeFromProto(fetch.start_time()));
  const v1::Source& source = lease.source.source;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result ended = transaction.exec_params(
            kEndLease, lease.source.key, lease.epoch, start, succeeded, record.blames_source,
            fetch.error().message(), record.key_form, absl::ToInt64Seconds(record.interval));
        if (ended.empty()) return error::LeaseLost(source.name());
        if (ended[0][0].as<int64_t>() == source.version()) {
          WriteOutcome(transaction, lease, record);
        }
        if (!lease.host.empty()) {
          FreeHost(transaction, lease.host, lease.epoch, record.host_not_before);
        }
        if (!record.patient_host.empty()) {
          BePatient(transaction, record.patient_host, record.patient_until);
        }
        const int64_t number = AddToLog(transaction, lease, record.fetch, start);
        fetch.set_name(absl::StrCat(source.name(), "/fetches/", number));
        return absl::OkStatus();
      }));
  return fetch;
}

absl::Status PostgresSourceStore::Sweep(const RequestContext& context) {
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec(kSweepFetches);
    transaction.exec(kSweepHosts);
    return absl::OkStatus();
  });
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
          fetch.set_name(absl::StrCat(name, "/fetches/", row[0].as<int64_t>()));
          fetches.push_back(std::move(fetch));
        }
        return absl::OkStatus();
      }));
  return fetches;
}

}  // namespace dateline::ingestion::store
