#ifndef DATELINE_SERVICES_CATALOG_STORE_LOG_POSTGRES_LOG_H_
#define DATELINE_SERVICES_CATALOG_STORE_LOG_POSTGRES_LOG_H_

#include <cstdint>
#include <limits>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/position.pb.h"

namespace dateline::catalog::store {

// Stands for "all rows of the transaction" in a position; PostgreSQL's bigint ends here.
inline constexpr uint64_t kLastSeq = std::numeric_limits<int64_t>::max();

// The log as one transaction sees it: what every position is made of.
struct LogContext {
  std::string log_id;
  uint32_t timeline = 0;
  uint64_t floor_xid = 0;
  uint64_t floor_seq = 0;
  uint64_t xmin = 0;  // The oldest transaction that still runs.
  uint64_t xmax = 0;  // The first transaction that has not begun.
  absl::Time now;     // The primary's clock.

  content::v1::LogPosition Position(uint64_t xid, uint64_t seq) const;
  // Just below the oldest running transaction: every row up to there is visible.
  content::v1::LogPosition Head() const { return Position(xmin - 1, kLastSeq); }
  // Of a resource's last change, known by its transaction. A transaction of another life of the
  // data (a logical restore) gives the head.
  content::v1::LogPosition ChangePosition(uint64_t xid) const;
};

// The columns that ParseLogContext reads, for statements over catalog.log_meta AS m.
extern const char kLogColumns[];

// Reads the columns of kLogColumns from the start of `row`. DATABASE_UNAVAILABLE on a standby.
absl::StatusOr<LogContext> ParseLogContext(const pqxx::row& row);

// Reads the log's context with a statement of its own. DATABASE_UNAVAILABLE on a standby.
absl::StatusOr<LogContext> ReadLogContext(pqxx::transaction_base& transaction);

// POSITION_EXPIRED unless all behind `position` is still in the log.
absl::Status CheckPosition(const LogContext& log, const content::v1::LogPosition& position);

// A row for the log.
struct ChangeRow {
  v1::ResourceKind kind;
  int64_t key;
  int64_t version;
  v1::ChangeKind change_kind;
};

// Appends rows in order; the position of the last one. `rows` must not be empty.
content::v1::LogPosition AppendChanges(pqxx::transaction_base& transaction, const LogContext& log,
                                       const std::vector<ChangeRow>& rows);

// A resource that a call wrote to, for the record of writes.
struct AuditRow {
  std::string resource;  // By name.
  int64_t version;
  std::string reason = {};
};

// Records who wrote to resources by which call; never content.
void AppendAudits(pqxx::transaction_base& transaction, absl::string_view caller,
                  absl::string_view method, const std::vector<AuditRow>& rows);

// Records who wrote to one resource.
void AppendAudit(pqxx::transaction_base& transaction, const RequestContext& context,
                 absl::string_view method, absl::string_view resource, int64_t version,
                 absl::string_view reason = "");

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_LOG_POSTGRES_LOG_H_
