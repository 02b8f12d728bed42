#include "services/ingestion/store/postgres_hosts.h"

#include <algorithm>

#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/store/postgres_source_rows.h"
#include "services/ingestion/store/postgres_source_store.h"

namespace dateline::ingestion::store {
namespace {

// Of two processes that see a host free, one gets it.
constexpr char kTakeHost[] =
    "INSERT INTO ingestion.hosts AS h (host, not_before, busy_until, holder)"
    " VALUES ($1, now(), now() + $2 * interval '1 second', $3)"
    " ON CONFLICT (host) DO UPDATE SET busy_until = excluded.busy_until, holder = excluded.holder"
    " WHERE ($4 OR h.not_before <= now())"
    "   AND (h.busy_until IS NULL OR h.busy_until <= now())"
    "   AND (h.patience_until IS NULL OR h.patience_until <= now()) RETURNING 1";

constexpr char kFreeHost[] =
    "UPDATE ingestion.hosts SET not_before = $3::timestamptz, busy_until = NULL"
    " WHERE host = $1 AND holder = $2";

constexpr char kBePatient[] =
    "INSERT INTO ingestion.hosts AS h (host, not_before, patience_until)"
    " VALUES ($1, now(), $2::timestamptz)"
    " ON CONFLICT (host) DO UPDATE"
    " SET patience_until = greatest(h.patience_until, excluded.patience_until)";

constexpr char kSetCrawlDelay[] =
    "INSERT INTO ingestion.hosts (host, not_before, crawl_delay_seconds, robots_until)"
    " VALUES ($1, now(), $2, $3::timestamptz)"
    " ON CONFLICT (host) DO UPDATE SET crawl_delay_seconds = excluded.crawl_delay_seconds,"
    " robots_until = excluded.robots_until";

}  // namespace

bool TakeHost(pqxx::transaction_base& transaction, const std::string& host, int64_t epoch,
              absl::Duration duration, bool ignore_pause) {
  return !transaction
              .exec_params(kTakeHost, host, absl::ToDoubleSeconds(duration), epoch, ignore_pause)
              .empty();
}

absl::Status WhyHostIsTaken(pqxx::transaction_base& transaction, const std::string& host) {
  const pqxx::result rows = transaction.exec_params(
      "SELECT extract(epoch FROM patience_until - now()) FROM ingestion.hosts"
      " WHERE host = $1 AND patience_until > now()",
      host);
  if (rows.empty()) return error::Overloaded();
  return error::FetchFailed(host, "the host asks to be left alone",
                            absl::Seconds(rows[0][0].as<double>()));
}

void FreeHost(pqxx::transaction_base& transaction, const std::string& host, int64_t epoch,
              absl::Time not_before) {
  transaction.exec_params(kFreeHost, host, epoch, BoundedTimestamp(not_before));
}

void BePatient(pqxx::transaction_base& transaction, const std::string& host, absl::Time until) {
  transaction.exec_params(kBePatient, host, BoundedTimestamp(until));
}

CrawlDelay ReadCrawlDelay(pqxx::transaction_base& transaction, const std::string& host) {
  CrawlDelay known;
  const pqxx::result rows = transaction.exec_params(
      "SELECT crawl_delay_seconds, robots_until FROM ingestion.hosts WHERE host = $1", host);
  if (rows.empty() || rows[0][1].is_null()) return known;
  known.delay = absl::Seconds(rows[0][0].as<int64_t>());
  known.believed_until = pg::FromTimestamp(rows[0][1].c_str()).value_or(absl::InfinitePast());
  return known;
}

absl::Status PostgresSourceStore::SetCrawlDelay(const RequestContext& context,
                                                const std::string& host,
                                                const CrawlDelay& crawl_delay) {
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec_params(kSetCrawlDelay, host, absl::ToInt64Seconds(crawl_delay.delay),
                            BoundedTimestamp(crawl_delay.believed_until));
    return absl::OkStatus();
  });
}

}  // namespace dateline::ingestion::store
