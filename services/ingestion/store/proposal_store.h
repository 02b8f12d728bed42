#ifndef DATELINE_SERVICES_INGESTION_STORE_PROPOSAL_STORE_H_
#define DATELINE_SERVICES_INGESTION_STORE_PROPOSAL_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/ingestion/v1/operations.pb.h"

namespace dateline::ingestion::store {

// Bounds of what is kept about proposals.
inline constexpr int64_t kMaxProposalTerms = 100'000;
inline constexpr int kMaxProposalSources = 10;
inline constexpr int kMaxProposalExamples = 3;

// A category that names no topic, as one delivery saw it.
struct SeenProposal {
  std::string key;    // by which spellings are one (tag/name_key.h)
  std::string term;   // as it came
  std::string topic;  // proposed for it; empty if there is none
  std::string source;
  int64_t entries = 0;  // that became articles with it
  std::vector<std::string> examples;
};

// Categories that name no topic yet, counted. Every call may fail with DATABASE_UNAVAILABLE,
// DEADLINE_EXCEEDED or CANCELLED. Thread-safe.
class ProposalStore {
 public:
  virtual ~ProposalStore() = default;

  // A proposal with its key.
  struct Stored {
    std::string key;
    v1::TopicProposal proposal;
  };
  // Where a page ends.
  struct Cursor {
    int64_t entries = 0;
    std::string key;
  };

  // Adds to the counts; concurrent calls add up. Above kMaxProposalTerms those seen longest ago
  // with the fewest entries are forgotten.
  virtual absl::Status Count(const RequestContext& context,
                             const std::vector<SeenProposal>& seen) = 0;
  // Proposals by entries, most first, then by key; behind `after`, `limit` at most.
  virtual absl::StatusOr<std::vector<Stored>> List(const RequestContext& context,
                                                   const std::optional<Cursor>& after,
                                                   int limit) = 0;
  // Forgets proposals by key.
  virtual absl::Status Forget(const RequestContext& context,
                              const std::vector<std::string>& keys) = 0;
};

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_PROPOSAL_STORE_H_
