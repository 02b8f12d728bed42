#ifndef DATELINE_SERVICES_CATALOG_STORE_LOG_POSTGRES_CHANGE_LOG_H_
#define DATELINE_SERVICES_CATALOG_STORE_LOG_POSTGRES_CHANGE_LOG_H_

#include <string>
#include <utility>
#include <vector>

#include "services/catalog/store/log/change_log.h"
#include "services/catalog/store/store_context.h"

namespace dateline::catalog::store {

// ChangeLog on PostgreSQL. Thread-safe.
class PostgresChangeLog : public ChangeLog {
 public:
  explicit PostgresChangeLog(StoreContext postgres) : postgres_(std::move(postgres)) {}

  absl::StatusOr<LogHead> ReadHead(const RequestContext& context) override;
  absl::StatusOr<LogPage> ReadChanges(const RequestContext& context,
                                      const content::v1::LogPosition& after, size_t byte_budget,
                                      const Kinds& kinds) override;
  absl::StatusOr<ExportPage> ReadExportPage(const RequestContext& context,
                                            const ExportCursor& cursor, v1::ExportView view,
                                            int limit, size_t byte_budget) override;
  absl::StatusOr<std::vector<v1::ResourceState>> ReadArticleStates(
      const RequestContext& context, const std::vector<std::string>& ids,
      v1::ExportView view) override;
  absl::StatusOr<FilterKeys> FindFilterKeys(const RequestContext& context,
                                            const std::vector<std::string>& publications,
                                            const std::vector<std::string>& topics) override;
  absl::StatusOr<std::set<int64_t>> FindLeavers(const RequestContext& context,
                                                const std::map<int64_t, int64_t>& articles,
                                                const std::set<int64_t>& topics) override;
  absl::StatusOr<LogStatus> ReadStatus(const RequestContext& context) override;
  absl::StatusOr<ResourceCounts> CountResources(const RequestContext& context) override;
  absl::Status MaintainPartitions(const RequestContext& context, absl::Duration retention) override;

 private:
  const StoreContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_LOG_POSTGRES_CHANGE_LOG_H_
