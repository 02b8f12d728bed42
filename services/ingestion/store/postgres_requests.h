#ifndef DATELINE_SERVICES_INGESTION_STORE_POSTGRES_REQUESTS_H_
#define DATELINE_SERVICES_INGESTION_STORE_POSTGRES_REQUESTS_H_

#include <pqxx/pqxx>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::store {

// Notes within a write's transaction that a request with an id makes it, for 24 hours per caller
// and method. True if the same request made it before, and then nothing is to be written;
// REQUEST_ID_REUSED if another one had the id. Two at once wait for each other. False without an
// id.
absl::StatusOr<bool> ClaimRequest(pqxx::transaction_base& transaction,
                                  const RequestContext& context, const WriteOptions& options,
                                  const std::string& source_id);

// What ClaimRequest noted when the request was made first; empty if it was not.
std::string RequestedId(pqxx::transaction_base& transaction, const RequestContext& context,
                        const WriteOptions& options);

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_POSTGRES_REQUESTS_H_
