#ifndef DATELINE_SERVICES_INGESTION_STORE_POSTGRES_REJECT_PURGE_H_
#define DATELINE_SERVICES_INGESTION_STORE_POSTGRES_REJECT_PURGE_H_

#include <string>

#include "common/pg/pool.h"
#include "services/ingestion/store/reject_purge.h"

namespace dateline::ingestion::store {

// RejectPurge on PostgreSQL. Thread-safe.
class PostgresRejectPurge final : public RejectPurge {
 public:
  // `pool` must outlive it.
  explicit PostgresRejectPurge(pg::Pool& pool) : pool_(pool) {}

  absl::Status Purge(const RequestContext& context, const std::string& source,
                     const std::string& entry_id) override;

 private:
  pg::Pool& pool_;
};

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_POSTGRES_REJECT_PURGE_H_
