#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/pg/transaction.h"
#include "services/catalog/store/audit/audit_store.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

// A bound that the database's times can hold.
int64_t BoundMicros(absl::Time time) {
  const absl::Time first = absl::FromUnixSeconds(0);
  const absl::Time last = absl::FromUnixSeconds(253'402'300'799);  // The end of the year 9999.
  return absl::ToUnixMicros(std::clamp(time, first, last));
}

}  // namespace

absl::StatusOr<AuditPage> AuditStore::List(const RequestContext& context, const AuditFilter& filter,
                                           int64_t before, int limit) {
  std::string query =
      absl::StrCat("SELECT seq, resource, method, caller, reason, version, ", Micros("at"),
                   " FROM catalog.audit WHERE seq < $1 AND at >= ", FromMicros("$2::bigint"),
                   " AND at < ", FromMicros("$3::bigint"));
  // Only what is asked for, so that each statement has its index.
  absl::StrAppend(&query, filter.resource.empty() ? " AND $4 = ''" : " AND resource = $4");
  absl::StrAppend(&query, filter.caller.empty() ? " AND $5 = ''" : " AND caller = $5");
  absl::StrAppend(&query, filter.method.empty() ? " AND $6 = ''" : " AND method = $6",
                  " ORDER BY seq DESC LIMIT $7");
  AuditPage page;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(*postgres_.pool, context, {.read_only = true},
                         [&](pqxx::transaction_base& transaction) -> absl::Status {
                           page = AuditPage();
                           const pqxx::result rows = transaction.exec_params(
                               query, before == 0 ? std::numeric_limits<int64_t>::max() : before,
                               BoundMicros(filter.start), BoundMicros(filter.end), filter.resource,
                               filter.caller, filter.method, limit + 1);
                           for (const pqxx::row& row : rows) {
                             page.more = page.entries.size() == static_cast<size_t>(limit);
                             if (page.more) break;
                             v1::AuditEntry& entry = page.entries.emplace_back();
                             page.last = Int(row[0]);
                             entry.set_resource(Text(row[1]));
                             entry.set_method(Text(row[2]));
                             entry.set_caller(Text(row[3]));
                             entry.set_reason(Text(row[4]));
                             entry.set_version(Int(row[5]));
                             *entry.mutable_time() = TimeToProto(*Time(row[6]));
                           }
                           return absl::OkStatus();
                         }));
  return page;
}

}  // namespace dateline::catalog::store
