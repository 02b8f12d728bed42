#include <algorithm>
#include <pqxx/pqxx>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/pipeline/time.h"
#include "services/ingestion/store/postgres_source_rows.h"
#include "services/ingestion/store/postgres_source_store.h"

// The right to fetch, and what a fetch leaves behind.
namespace dateline::ingestion::store {
namespace {

constexpr char kTakeLease[] =
    "UPDATE ingestion.sources SET lease_epoch = nextval('ingestion.lease_epochs'),"
    " lease_until = clock_timestamp() + $2 * interval '1 second'"
    " WHERE id = $1 AND (lease_until IS NULL OR lease_until <= clock_timestamp())"
    " RETURNING lease_epoch";

// now() and not clock_timestamp(), which no index serves; the transaction begins with it.
constexpr char kTakeDueLease[] =
    "WITH due AS ("
    "  SELECT s.key FROM ingestion.sources s LEFT JOIN ingestion.hosts h ON h.host = s.host"
    "  WHERE s.state = 1 AND s.next_fetch_time <= now()"
    "    AND (s.lease_until IS NULL OR s.lease_until <= now())"
    "    AND (h.not_before IS NULL OR h.not_before <= now())"
    "  ORDER BY s.next_fetch_time, s.key LIMIT 1 FOR UPDATE OF s SKIP LOCKED)"
    " UPDATE ingestion.sources SET lease_epoch = nextval('ingestion.lease_epochs'),"
    " lease_until = now() + $1 * interval '1 second' FROM due WHERE sources.key = due.key"
    " RETURNING sources.id, sources.host, sources.lease_epoch";

// Of two processes that see a host free, one gets it.
constexpr char kTakeHost[] =
    "INSERT INTO ingestion.hosts AS h (host, not_before)"
    " VALUES ($1, now() + $2 * interval '1 second')"
    " ON CONFLICT (host) DO UPDATE SET not_before = excluded.not_before"
    " WHERE h.not_before <= now() RETURNING 1";

constexpr char kEndLease[] =
    "UPDATE ingestion.sources SET lease_until = NULL, last_fetch_time = $3::timestamptz,"
    " last_success_time = CASE WHEN $4 THEN $3::timestamptz ELSE last_success_time END,"
    " consecutive_failures = CASE WHEN $4 THEN 0 WHEN $5 THEN consecutive_failures + 1"
    " ELSE consecutive_failures END,"
    " last_error = $6, key_form = greatest(key_form, $7::smallint),"
    " interval_seconds = CASE WHEN $8 > 0 THEN $8 ELSE interval_seconds END"
    " WHERE key = $1 AND lease_epoch = $2 RETURNING version";

// What holds only of the source as it was fetched.
constexpr char kEndFetch[] =
    "UPDATE ingestion.sources SET host = $9,"
    " http_etag = CASE WHEN $2 THEN $3 ELSE http_etag END,"
    " http_last_modified = CASE WHEN $2 THEN $4 ELSE http_last_modified END,"
    " next_fetch_time = CASE WHEN next_fetch_time IS NOT NULL THEN $5::timestamptz END,"
    " state = CASE WHEN $6 THEN 2 ELSE state END, moved_to = $7,"
    " moved_since = CASE WHEN $7 <> '' THEN $8::timestamptz END"
    " WHERE key = $1";

constexpr char kAdopt[] =
    "UPDATE ingestion.sources SET message = $2::bytea, host = $3, version = version + 1,"
    " update_time = clock_timestamp(), moved_to = '', moved_since = NULL WHERE key = $1";

constexpr char kFreeHost[] =
    "INSERT INTO ingestion.hosts (host, not_before) VALUES ($1, $2::timestamptz)"
    " ON CONFLICT (host) DO UPDATE SET not_before = excluded.not_before";

// The log goes back as far as the rejects do.
constexpr char kTrim[] =
    "DELETE FROM ingestion.fetches WHERE source_key = $1 AND start_time < now() - interval '30 "
    "days'";

// Within what PostgreSQL reads: an infinite time has no text there.
std::string Bounded(absl::Time time) {
  return pg::ToTimestamp(
      std::clamp(time, absl::UnixEpoch(), absl::UnixEpoch() + absl::Hours(24 * 365 * 200)));
}

absl::StatusOr<Lease> ReadLease(pqxx::transaction_base& transaction, const std::string& name,
                                int64_t epoch) {
  Lease lease;
  lease.epoch = epoch;
  DATELINE_ASSIGN_OR_RETURN(lease.source, SelectSource(transaction, name));
  const pqxx::result secrets = transaction.exec_params(
      "SELECT message FROM ingestion.credentials WHERE source_key = $1", lease.source.key);
  if (!secrets.empty()) {
    DATELINE_ASSIGN_OR_RETURN(lease.credentials,
                              ReadMessage<content::v1::SourceCredentials>(secrets[0][0]));
  }
  return lease;
}

void WriteOutcome(pqxx::transaction_base& transaction, const Lease& lease,
                  const FetchRecord& record) {
  const bool taken = record.fetch.outcome() == v1::FETCH_OUTCOME_TAKEN;
  transaction.exec_params(kEndFetch, lease.source.key, taken, record.http_etag,
                          record.http_last_modified, Bounded(record.next_fetch_time), record.pauses,
                          record.moved_to, Bounded(record.moved_since),
                          HostOf(lease.source.source));
  if (record.adopted_url.empty()) return;
  content::v1::Source source = lease.source.source;
  source.set_url(record.adopted_url);
  transaction.exec_params(kAdopt, lease.source.key, pg::ToBytea(StoredBytes(source)),
                          HostOf(source));
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
        const int64_t epoch = taken.empty() ? 0 : taken[0][0].as<int64_t>();
        DATELINE_ASSIGN_OR_RETURN(lease, ReadLease(transaction, name, epoch));
        return taken.empty() ? error::LeaseLost(name) : absl::OkStatus();
      }));
  return lease;
}

absl::StatusOr<std::optional<Lease>> PostgresSourceStore::TakeDueLease(
    const RequestContext& context, absl::Duration duration) {
  std::optional<Lease> lease;
  const double seconds = absl::ToDoubleSeconds(duration);
  const absl::Status status = pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        lease.reset();
        const pqxx::result taken = transaction.exec_params(kTakeDueLease, seconds);
        if (taken.empty()) return absl::OkStatus();
        const std::string host = taken[0][1].as<std::string>();
        if (!host.empty() && transaction.exec_params(kTakeHost, host, seconds).empty()) {
          // Somebody else was faster; the next call sees that host taken.
          return absl::AbortedError("host");
        }
        DATELINE_ASSIGN_OR_RETURN(
            lease, ReadLease(transaction, absl::StrCat("sources/", taken[0][0].as<std::string>()),
                             taken[0][2].as<int64_t>()));
        return absl::OkStatus();
      });
  if (absl::IsAborted(status)) return std::optional<Lease>();
  if (!status.ok()) return status;
  return lease;
}

absl::StatusOr<v1::Fetch> PostgresSourceStore::EndFetch(const RequestContext& context,
                                                        const Lease& lease,
                                                        const FetchRecord& record) {
  v1::Fetch fetch = record.fetch;
  const bool succeeded = fetch.outcome() != v1::FETCH_OUTCOME_FAILED;
  const std::string start = pg::ToTimestamp(pipeline::FromProto(fetch.start_time()));
  const content::v1::Source& source = lease.source.source;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result ended = transaction.exec_params(
            kEndLease, lease.source.key, lease.epoch, start, succeeded, record.blames_source,
            fetch.error().message(), record.key_form, absl::ToInt64Seconds(record.interval));
        if (ended.empty()) return error::LeaseLost(source.name());
        if (ended[0][0].as<int64_t>() == source.version()) {
          WriteOutcome(transaction, lease, record);
        }
        if (const std::string host = HostOf(source); !host.empty()) {
          transaction.exec_params(kFreeHost, host, Bounded(record.host_not_before));
        }
        transaction.exec_params(kTrim, lease.source.key);
        const pqxx::row row = transaction.exec_params1(
            "INSERT INTO ingestion.fetches (source_key, start_time, message)"
            " VALUES ($1, $2, $3::bytea) RETURNING number",
            lease.source.key, start, pg::ToBytea(record.fetch.SerializeAsString()));
        fetch.set_name(absl::StrCat(source.name(), "/fetches/", row[0].as<int64_t>()));
        return absl::OkStatus();
      }));
  return fetch;
}

}  // namespace dateline::ingestion::store
