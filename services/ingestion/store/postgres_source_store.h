#ifndef DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SOURCE_STORE_H_
#define DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SOURCE_STORE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/pg/pool.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::store {

// SourceStore in the schema `ingestion`. Thread-safe. The pool must outlive it.
class PostgresSourceStore final : public SourceStore {
 public:
  explicit PostgresSourceStore(pg::Pool& pool) : pool_(pool) {}

  absl::StatusOr<v1::Source> Create(const RequestContext& context, const v1::Source& source,
                                    const WriteOptions& options) override;
  absl::StatusOr<StoredSource> Get(const RequestContext& context, const std::string& name) override;
  absl::StatusOr<std::vector<v1::Source>> List(const RequestContext& context,
                                               const std::string& after,
                                               const std::string& publication, int limit) override;
  absl::StatusOr<v1::Source> Update(
      const RequestContext& context, const std::string& name, const std::string& etag,
      const WriteOptions& options,
      const std::function<absl::StatusOr<SourceChange>(const v1::Source&)>& change) override;
  absl::Status Delete(const RequestContext& context, const std::string& name,
                      const std::string& etag, const WriteOptions& options) override;
  absl::StatusOr<v1::Source> SetState(const RequestContext& context, const std::string& name,
                                      const std::string& etag, const WriteOptions& options,
                                      v1::SourceState state, const std::string& reason) override;
  absl::StatusOr<Lease> TakeLease(const RequestContext& context, const std::string& name,
                                  absl::Duration duration) override;
  absl::StatusOr<std::optional<Lease>> TakeDueLease(const RequestContext& context,
                                                    absl::Duration duration) override;
  absl::Status RenewLeases(const RequestContext& context, const std::vector<LeaseKey>& leases,
                           absl::Duration duration) override;
  absl::Status SetCrawlDelay(const RequestContext& context, const std::string& host,
                             const CrawlDelay& crawl_delay) override;
  absl::Status Sweep(const RequestContext& context) override;
  absl::StatusOr<v1::Fetch> EndFetch(const RequestContext& context, const Lease& lease,
                                     const FetchRecord& record) override;
  absl::StatusOr<std::vector<v1::Fetch>> ListFetches(const RequestContext& context,
                                                     const std::string& name, int64_t before,
                                                     int limit) override;
  absl::Status SetEntryKeys(const RequestContext& context, int64_t source_key, int key_form,
                            const std::string& guid_memory) override;
  absl::Status AddRejects(const RequestContext& context, int64_t source_key,
                          const std::vector<NewReject>& rejects) override;
  absl::StatusOr<std::vector<v1::Reject>> ListRejects(const RequestContext& context,
                                                      const std::string& parent, int64_t before,
                                                      int limit) override;
  absl::StatusOr<v1::Reject> GetReject(const RequestContext& context,
                                       const std::string& name) override;
  absl::Status DeleteReject(const RequestContext& context, const std::string& name) override;
  absl::StatusOr<int64_t> CountDroppedRejects(const RequestContext& context,
                                              const std::string& parent) override;
  absl::StatusOr<std::vector<KnownItem>> ClaimItems(const RequestContext& context,
                                                    const std::vector<ItemRequest>& items) override;
  absl::Status KeepAnswers(const RequestContext& context, const std::vector<ItemRequest>& items,
                           std::vector<std::string>* answers) override;
  absl::StatusOr<Counts> Count(const RequestContext& context) override;

 private:
  pg::Pool& pool_;
};

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SOURCE_STORE_H_
