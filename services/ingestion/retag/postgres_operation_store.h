#ifndef DATELINE_SERVICES_INGESTION_RETAG_POSTGRES_OPERATION_STORE_H_
#define DATELINE_SERVICES_INGESTION_RETAG_POSTGRES_OPERATION_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "common/pg/pool.h"
#include "services/ingestion/retag/operation_store.h"

namespace dateline::ingestion::retag {

// OperationStore on PostgreSQL. Thread-safe.
class PostgresOperationStore final : public OperationStore {
 public:
  // `pool` must outlive it.
  explicit PostgresOperationStore(pg::Pool& pool) : pool_(pool) {}

  absl::StatusOr<Operation> Create(const RequestContext& context,
                                   const v1::RetagArticlesRequest& request,
                                   const store::WriteOptions& options) override;
  absl::StatusOr<Operation> Get(const RequestContext& context, const std::string& id) override;
  absl::StatusOr<std::vector<Operation>> List(const RequestContext& context, int64_t before,
                                              int limit) override;
  absl::Status Cancel(const RequestContext& context, const std::string& id) override;
  absl::Status Delete(const RequestContext& context, const std::string& id) override;
  absl::StatusOr<std::optional<Operation>> Take(const RequestContext& context,
                                                absl::Duration lease) override;
  absl::StatusOr<bool> Checkpoint(const RequestContext& context, const Operation& operation,
                                  absl::Duration lease) override;
  absl::Status End(const RequestContext& context, const Operation& operation,
                   const absl::Status& error) override;
  absl::Status Release(const RequestContext& context, const Operation& operation) override;

 private:
  pg::Pool& pool_;
};

}  // namespace dateline::ingestion::retag

#endif  // DATELINE_SERVICES_INGESTION_RETAG_POSTGRES_OPERATION_STORE_H_
