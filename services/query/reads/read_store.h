#ifndef DATELINE_SERVICES_QUERY_READS_READ_STORE_H_
#define DATELINE_SERVICES_QUERY_READS_READ_STORE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "services/query/reads/scores.h"

namespace dateline::query::reads {

// What one caller reports: the scores to add, by article id.
struct Report {
  std::string caller;
  std::string request_id;    // empty: not remembered
  uint64_t fingerprint = 0;  // of the content under this request_id
  std::map<std::string, Scores> scores;
};

// Article ids of a window, most read first.
using Ranking = std::vector<std::string>;

// Counts of reads, shared by all query servers. Thread-safe; blocks.
class ReadStore {
 public:
  virtual ~ReadStore() = default;

  // Adds reports in one transaction. For each whether it was counted: OK, also if its request_id
  // was counted before; REQUEST_ID_REUSED if that had other content. Else the error of the whole.
  virtual absl::StatusOr<std::vector<absl::Status>> Add(const RequestContext& call,
                                                        const std::vector<Report>& reports) = 0;

  // The first `limit` articles of a window.
  virtual absl::StatusOr<Ranking> Top(const RequestContext& call, Window window, int limit) = 0;

  // Forgets request ids after 24 hours, and articles whose reads of a week have decayed to nothing.
  virtual absl::Status Prune(const RequestContext& call) = 0;
};

}  // namespace dateline::query::reads

#endif  // DATELINE_SERVICES_QUERY_READS_READ_STORE_H_
