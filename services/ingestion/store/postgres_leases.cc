#include <pqxx/pqxx>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/store/postgres_hosts.h"
#include "services/ingestion/store/postgres_source_rows.h"
#include "services/ingestion/store/postgres_source_store.h"

// The right to fetch.
namespace dateline::ingestion::store {
namespace {

// How often a worker that was beaten to a host looks for another source at once.
constexpr int kMaxTries = 5;

constexpr char kTakeLease[] =
    "UPDATE ingestion.sources SET lease_epoch = nextval('ingestion.lease_epochs'),"
    " lease_until = clock_timestamp() + $2 * interval '1 second'"
    " WHERE id = $1 AND (lease_until IS NULL OR lease_until <= clock_timestamp())"
    " RETURNING lease_epoch, host";

// now() and not clock_timestamp(), which no index serves; the transaction begins with it.
constexpr char kTakeDueLease[] =
    "WITH due AS ("
    "  SELECT s.key FROM ingestion.sources s LEFT JOIN ingestion.hosts h ON h.host = s.host"
    "  WHERE s.state = 1 AND s.next_fetch_time <= now()"
    "    AND (s.lease_until IS NULL OR s.lease_until <= now())"
    "    AND (h.not_before IS NULL OR h.not_before <= now())"
    "    AND (h.busy_until IS NULL OR h.busy_until <= now())"
    "    AND (h.patience_until IS NULL OR h.patience_until <= now())"
    "  ORDER BY s.next_fetch_time, s.key LIMIT 1 FOR UPDATE OF s SKIP LOCKED)"
    " UPDATE ingestion.sources SET lease_epoch = nextval('ingestion.lease_epochs'),"
    " lease_until = now() + $1 * interval '1 second' FROM due WHERE sources.key = due.key"
    " RETURNING sources.id, sources.host, sources.lease_epoch";

constexpr char kPushed[] =
    "SELECT EXISTS (SELECT FROM ingestion.subscriptions p JOIN ingestion.sources s"
    "  ON s.key = p.source_key WHERE p.source_key = $1 AND p.push_poll_time <= now()"
    "  AND p.push_poll_time > coalesce(s.last_fetch_time, 'epoch')), clock_timestamp()";

constexpr char kRenewSources[] =
    "UPDATE ingestion.sources SET lease_until = clock_timestamp() + $3 * interval '1 second'"
    " FROM unnest($1::bigint[], $2::bigint[]) AS held (key, epoch)"
    " WHERE sources.key = held.key AND lease_epoch = held.epoch AND lease_until IS NOT NULL";

constexpr char kRenewHosts[] =
    "UPDATE ingestion.hosts SET busy_until = clock_timestamp() + $2 * interval '1 second'"
    " WHERE holder = ANY ($1::bigint[]) AND busy_until IS NOT NULL AND host = ANY ($3::text[])";

absl::StatusOr<Lease> ReadLease(pqxx::transaction_base& transaction, const std::string& name,
                                int64_t epoch, const std::string& host) {
  Lease lease;
  lease.epoch = epoch;
  lease.host = host;
  DATELINE_ASSIGN_OR_RETURN(lease.source, SelectSource(transaction, name));
  const pqxx::result secrets = transaction.exec_params(
      "SELECT message FROM ingestion.credentials WHERE source_key = $1", lease.source.key);
  if (!secrets.empty()) {
    DATELINE_ASSIGN_OR_RETURN(lease.credentials, ReadMessage<v1::SourceCredentials>(secrets[0][0]));
  }
  if (!host.empty()) lease.crawl_delay = ReadCrawlDelay(transaction, host);
  const pqxx::row pushed = transaction.exec_params1(kPushed, lease.source.key);
  lease.pushed = pushed[0].as<bool>();
  lease.taken = pg::FromTimestamp(pushed[1].c_str()).value_or(absl::InfinitePast());
  return lease;
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
        const std::string host = taken.empty() ? "" : taken[0][1].as<std::string>();
        DATELINE_ASSIGN_OR_RETURN(lease, ReadLease(transaction, name, epoch, host));
        if (taken.empty()) return error::LeaseLost(name);
        if (host.empty() || TakeHost(transaction, host, epoch, duration, /*ignore_pause=*/true)) {
          return absl::OkStatus();
        }
        return WhyHostIsTaken(transaction, host);
      }));
  return lease;
}

absl::StatusOr<std::optional<Lease>> PostgresSourceStore::TakeDueLease(
    const RequestContext& context, absl::Duration duration) {
  std::optional<Lease> lease;
  absl::Status status;
  for (int attempt = 0; attempt < kMaxTries; ++attempt) {
    status = pg::RunTransaction(
        pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
          lease.reset();
          const pqxx::result taken =
              transaction.exec_params(kTakeDueLease, absl::ToDoubleSeconds(duration));
          if (taken.empty()) return absl::OkStatus();
          const std::string host = taken[0][1].as<std::string>();
          const auto epoch = taken[0][2].as<int64_t>();
          if (!host.empty() &&
              !TakeHost(transaction, host, epoch, duration, /*ignore_pause=*/false)) {
            // Somebody else was faster; the next transaction sees that host taken.
            return absl::AbortedError("host");
          }
          DATELINE_ASSIGN_OR_RETURN(
              lease, ReadLease(transaction, absl::StrCat("sources/", taken[0][0].as<std::string>()),
                               epoch, host));
          return absl::OkStatus();
        });
    if (!absl::IsAborted(status)) break;
  }
  if (absl::IsAborted(status)) return std::optional<Lease>();
  if (!status.ok()) return status;
  return lease;
}

absl::Status PostgresSourceStore::RenewLeases(const RequestContext& context,
                                              const std::vector<LeaseKey>& leases,
                                              absl::Duration duration) {
  std::vector<int64_t> keys;
  std::vector<int64_t> epochs;
  std::vector<std::string> hosts;
  for (const LeaseKey& lease : leases) {
    keys.push_back(lease.source_key);
    epochs.push_back(lease.epoch);
    hosts.push_back(lease.host);
  }
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    const double seconds = absl::ToDoubleSeconds(duration);
    transaction.exec_params(kRenewSources, pg::ToArray(keys), pg::ToArray(epochs), seconds);
    transaction.exec_params(kRenewHosts, pg::ToArray(epochs), seconds, pg::ToArray(hosts));
    return absl::OkStatus();
  });
}

}  // namespace dateline::ingestion::store
