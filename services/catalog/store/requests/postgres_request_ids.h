#ifndef DATELINE_SERVICES_CATALOG_STORE_REQUESTS_POSTGRES_REQUEST_IDS_H_
#define DATELINE_SERVICES_CATALOG_STORE_REQUESTS_POSTGRES_REQUEST_IDS_H_

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "services/catalog/store/write_options.h"

namespace dateline::catalog::store {

// What an earlier write with the same request_id did.
struct EarlierWrite {
  int64_t resource_key;
  uint64_t xid;
};

// Looks for a write of the last 24 hours by the same caller, method and request_id (AIP-155), and
// makes a second one that runs at the same time wait for this transaction to end. Nothing if there
// is none, or if `options` carries no request_id. REQUEST_ID_REUSED if it had other content.
absl::StatusOr<std::optional<EarlierWrite>> FindEarlierWrite(pqxx::transaction_base& transaction,
                                                             const RequestContext& context,
                                                             const WriteOptions& options);

// Remembers this transaction's write of the resource, if `options` carries a request_id.
void RememberWrite(pqxx::transaction_base& transaction, const RequestContext& context,
                   const WriteOptions& options, int64_t resource_key);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_REQUESTS_POSTGRES_REQUEST_IDS_H_
