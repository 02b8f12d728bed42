#include "services/catalog/store/requests/postgres_write_once.h"

#include "common/base/status_macros.h"
#include "common/pg/transaction.h"

namespace dateline::catalog::store {

absl::StatusOr<content::v1::LogPosition> WriteOnce(
    const StoreContext& postgres, const RequestContext& context, const WriteOptions& options,
    absl::FunctionRef<absl::StatusOr<WrittenResource>(pqxx::transaction_base&, const LogContext&)>
        write,
    absl::FunctionRef<absl::Status(pqxx::transaction_base&, const EarlierWrite&)> repeat) {
  content::v1::LogPosition position;
  bool validated = false;
  const absl::Status status = pg::RunTransaction(
      *postgres.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        DATELINE_ASSIGN_OR_RETURN(const auto earlier,
                                  FindEarlierWrite(transaction, context, options));
        if (earlier.has_value()) {
          position = log.ChangePosition(earlier->xid);
          return repeat(transaction, *earlier);
        }
        DATELINE_ASSIGN_OR_RETURN(const WrittenResource written, write(transaction, log));
        RememberWrite(transaction, context, options, written.key);
        AppendAudit(transaction, context, options.method, written.name, written.version);
        position = written.position;
        if (!options.validate_only) return absl::OkStatus();
        validated = true;
        position = log.Head();
        return absl::AbortedError("only validated");
      });
  if (validated) return position;
  DATELINE_RETURN_IF_ERROR(status);
  postgres.on_commit();
  return position;
}

}  // namespace dateline::catalog::store
