#include "services/ingestion/store/postgres_requests.h"

#include "common/base/caller_key.h"
#include "common/errors/errors.h"
#include "services/ingestion/identify/content_hash.h"

namespace dateline::ingestion::store {

absl::StatusOr<bool> ClaimRequest(pqxx::transaction_base& transaction,
                                  const RequestContext& context, const WriteOptions& options,
                                  const std::string& source_id) {
  if (options.request_id.empty()) return false;
  transaction.exec(
      "DELETE FROM ingestion.requests WHERE create_time < now() - interval '24 hours'");
  const std::string fingerprint = Sha256Hex(options.fingerprint);
  const pqxx::result claimed = transaction.exec_params(
      "INSERT INTO ingestion.requests (caller, method, request_id, fingerprint, source_id)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1",
      CallerKey(context), options.method, options.request_id, fingerprint, source_id);
  if (!claimed.empty()) return false;
  const pqxx::result known = transaction.exec_params(
      "SELECT fingerprint FROM ingestion.requests"
      " WHERE caller = $1 AND method = $2 AND request_id = $3",
      CallerKey(context), options.method, options.request_id);
  if (!known.empty() && known[0][0].as<std::string>() == fingerprint) return true;
  return error::RequestIdReused(options.request_id);
}

std::string RequestedId(pqxx::transaction_base& transaction, const RequestContext& context,
                        const WriteOptions& options) {
  const pqxx::result known = transaction.exec_params(
      "SELECT source_id FROM ingestion.requests"
      " WHERE caller = $1 AND method = $2 AND request_id = $3",
      CallerKey(context), options.method, options.request_id);
  return known.empty() ? std::string() : known[0][0].as<std::string>();
}

}  // namespace dateline::ingestion::store
