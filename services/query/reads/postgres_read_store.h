#ifndef DATELINE_SERVICES_QUERY_READS_POSTGRES_READ_STORE_H_
#define DATELINE_SERVICES_QUERY_READS_POSTGRES_READ_STORE_H_

#include <vector>

#include "common/pg/pool.h"
#include "services/query/reads/read_store.h"

namespace dateline::query::reads {

// The counts in PostgreSQL, schema `query`. Thread-safe.
class PostgresReadStore final : public ReadStore {
 public:
  explicit PostgresReadStore(pg::PoolOptions options) : pool_(std::move(options)) {}

  absl::StatusOr<std::vector<absl::Status>> Add(const RequestContext& call,
                                                const std::vector<Report>& reports) override;
  absl::StatusOr<Ranking> Top(const RequestContext& call, Window window, int limit) override;
  absl::Status Prune(const RequestContext& call) override;

 private:
  pg::Pool pool_;
};

}  // namespace dateline::query::reads

#endif  // DATELINE_SERVICES_QUERY_READS_POSTGRES_READ_STORE_H_
