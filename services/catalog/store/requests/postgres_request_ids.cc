#include "services/catalog/store/requests/postgres_request_ids.h"

#include "absl/strings/str_cat.h"
#include "common/base/caller_key.h"
#include "common/errors/errors.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {

absl::StatusOr<std::optional<EarlierWrite>> FindEarlierWrite(pqxx::transaction_base& transaction,
                                                             const RequestContext& context,
                                                             const WriteOptions& options) {
  if (options.request_id.empty()) return std::nullopt;
  transaction.exec_params(
      "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
      absl::StrCat(CallerKey(context), "\n", options.method, "\n", options.request_id));
  const pqxx::result result = transaction.exec_params(
      "SELECT fingerprint, resource_key, xid::text FROM catalog.request_ids WHERE request_id = $1 "
      "AND method = $2 AND caller = $3 AND at > clock_timestamp() - interval '24 hours'",
      options.request_id, options.method, CallerKey(context));
  if (result.empty()) return std::nullopt;
  if (Bytes(result[0][0]) != options.fingerprint) {
    return error::RequestIdReused(options.request_id);
  }
  return EarlierWrite{Int(result[0][1]), Unsigned(result[0][2])};
}

void RememberWrite(pqxx::transaction_base& transaction, const RequestContext& context,
                   const WriteOptions& options, int64_t resource_key) {
  if (options.request_id.empty()) return;
  transaction.exec_params(
      "INSERT INTO catalog.request_ids (caller, method, request_id, fingerprint, resource_key) "
      "VALUES ($1, $2, $3, $4, $5)",
      CallerKey(context), options.method, options.request_id,
      pqxx::binarystring(options.fingerprint), resource_key);
}

}  // namespace dateline::catalog::store
