#ifndef DATELINE_SERVICES_CATALOG_STORE_REQUESTS_POSTGRES_WRITE_ONCE_H_
#define DATELINE_SERVICES_CATALOG_STORE_REQUESTS_POSTGRES_WRITE_ONCE_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/requests/postgres_request_ids.h"
#include "services/catalog/store/store_context.h"
#include "services/catalog/store/write_options.h"

// What all writes of one request have in common.
namespace dateline::catalog::store {

// What a request has written: the resource that it names.
struct WrittenResource {
  int64_t key = 0;
  std::string name;
  int64_t version = 0;
  content::v1::LogPosition position;
};

// Runs `write` in a transaction, once per request_id, with an audit row of the resource that it
// returns; a repetition of the request runs `repeat` instead. If only validation is asked for, all
// is rolled back. The position to answer. REQUEST_ID_REUSED; the errors of `write` and `repeat`.
absl::StatusOr<content::v1::LogPosition> WriteOnce(
    const StoreContext& postgres, const RequestContext& context, const WriteOptions& options,
    absl::FunctionRef<absl::StatusOr<WrittenResource>(pqxx::transaction_base&, const LogContext&)>
        write,
    absl::FunctionRef<absl::Status(pqxx::transaction_base&, const EarlierWrite&)> repeat);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_REQUESTS_POSTGRES_WRITE_ONCE_H_
