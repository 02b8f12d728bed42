#ifndef DATELINE_SERVICES_INGESTION_STORE_POSTGRES_PROPOSAL_STORE_H_
#define DATELINE_SERVICES_INGESTION_STORE_POSTGRES_PROPOSAL_STORE_H_

#include <string>
#include <vector>

#include "common/pg/pool.h"
#include "services/ingestion/store/proposal_store.h"

namespace dateline::ingestion::store {

// ProposalStore on PostgreSQL. Thread-safe.
class PostgresProposalStore final : public ProposalStore {
 public:
  // `pool` must outlive it. `max_terms` for tests.
  explicit PostgresProposalStore(pg::Pool& pool, int64_t max_terms = kMaxProposalTerms)
      : pool_(pool), max_terms_(max_terms) {}

  absl::Status Count(const RequestContext& context, const std::vector<SeenProposal>& seen) override;
  absl::StatusOr<std::vector<Stored>> List(const RequestContext& context,
                                           const std::optional<Cursor>& after, int limit) override;
  absl::Status Forget(const RequestContext& context, const std::vector<std::string>& keys) override;

 private:
  pg::Pool& pool_;
  const int64_t max_terms_;
};

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_POSTGRES_PROPOSAL_STORE_H_
