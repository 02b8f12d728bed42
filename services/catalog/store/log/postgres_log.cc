#include "services/catalog/store/log/postgres_log.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "common/errors/errors.h"
#include "common/pg/prepared.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {

using content::v1::LogPosition;

// pg_walfile_name is what tells the timeline at once after a promotion, to any role; on a standby
// it fails, so it is not called there.
const char kLogColumns[] =
    "m.log_id, "
    "CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_walfile_name(pg_current_wal_lsn()) END, "
    "m.floor_xid::text, m.floor_seq, pg_snapshot_xmin(pg_current_snapshot())::text, "
    "pg_snapshot_xmax(pg_current_snapshot())::text, "
    "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

LogPosition LogContext::Position(uint64_t xid, uint64_t seq) const {
  LogPosition position;
  position.set_log_id(log_id);
  position.set_timeline(timeline);
  position.set_xid(xid);
  position.set_seq(seq);
  return position;
}

LogPosition LogContext::ChangePosition(uint64_t xid) const {
  return xid < xmax ? Position(xid, kLastSeq) : Head();
}

absl::StatusOr<LogContext> ParseLogContext(const pqxx::row& row) {
  if (row[1].is_null()) return error::DatabaseUnavailable();
  LogContext log;
  log.log_id = Text(row[0]);
  // A WAL file's name begins with the timeline in eight hexadecimal digits.
  if (!absl::SimpleHexAtoi(Text(row[1]).substr(0, 8), &log.timeline)) {
    return error::Internal("the timeline cannot be read");
  }
  log.floor_xid = Unsigned(row[2]);
  log.floor_seq = Unsigned(row[3]);
  log.xmin = Unsigned(row[4]);
  log.xmax = Unsigned(row[5]);
  log.now = *Time(row[6]);
  return log;
}

absl::Status CheckPosition(const LogContext& log, const LogPosition& position) {
  if (position.log_id() != log.log_id) return error::PositionExpired("it belongs to another log");
  if (position.timeline() != log.timeline) {
    return error::PositionExpired("it belongs to another timeline");
  }
  if (std::make_pair(position.xid(), position.seq()) <
      std::make_pair(log.floor_xid, log.floor_seq)) {
    return error::PositionExpired("it is older than the log's retention");
  }
  // Transaction numbers went back: a crash lost some that had not reached the disk.
  if (position.xid() >= log.xmax) return error::PositionExpired("it is ahead of the log");
  return absl::OkStatus();
}

absl::StatusOr<LogContext> ReadLogContext(pqxx::transaction_base& transaction) {
  static const std::string query =
      std::string("SELECT ") + kLogColumns + " FROM catalog.log_meta AS m";
  const pqxx::result result = transaction.exec(query);
  if (result.empty()) return error::Internal("the change log has no identity");
  return ParseLogContext(result[0]);
}

LogPosition AppendChanges(pqxx::transaction_base& transaction, const LogContext& log,
                          const std::vector<ChangeRow>& rows) {
  ArrayParam kinds, keys, versions, change_kinds;
  for (const ChangeRow& row : rows) {
    kinds.Add(row.kind);
    keys.Add(row.key);
    versions.Add(row.version);
    change_kinds.Add(row.change_kind);
  }
  const pqxx::result result = pg::ExecPrepared(
      transaction,
      "WITH inserted AS (INSERT INTO catalog.changes (kind, key, version, change_kind) "
      "SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::smallint[]) "
      "RETURNING seq) SELECT pg_current_xact_id()::text, max(seq) FROM inserted",
      kinds.str(), keys.str(), versions.str(), change_kinds.str());
  return log.Position(Unsigned(result[0][0]), Unsigned(result[0][1]));
}

void AppendAudits(pqxx::transaction_base& transaction, absl::string_view caller,
                  absl::string_view method, const std::vector<AuditRow>& rows) {
  ArrayParam resources, versions, reasons;
  for (const AuditRow& row : rows) {
    resources.AddText(row.resource);
    versions.Add(row.version);
    reasons.AddText(row.reason);
  }
  pg::ExecPrepared(
      transaction,
      "INSERT INTO catalog.audit (resource, method, caller, version, reason) SELECT u.r, $1, $2, "
      "u.v, u.w FROM unnest($3::text[], $4::bigint[], $5::text[]) AS u(r, v, w)",
      std::string(method), std::string(caller), resources.str(), versions.str(), reasons.str());
}

void AppendAudit(pqxx::transaction_base& transaction, const RequestContext& context,
                 absl::string_view method, absl::string_view resource, int64_t version,
                 absl::string_view reason) {
  AppendAudits(transaction, context.caller(), method,
               {{std::string(resource), version, std::string(reason)}});
}

}  // namespace dateline::catalog::store
