#ifndef DATELINE_SERVICES_INGESTION_POLL_PERMANENT_MOVE_H_
#define DATELINE_SERVICES_INGESTION_POLL_PERMANENT_MOVE_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/http/request.h"

namespace dateline::ingestion::poll {

// Where a source's address is said to have moved, and since when it has led there.
struct Move {
  std::string to;  // empty: it has not
  absl::Time since = absl::InfinitePast();
  bool adopt = false;  // the source's address is to be changed
};

// Judges the redirects of a fetch that brought a feed. Only permanent ones (301, 308) from the
// source's own address on count. The new address is adopted when they have led there for a week,
// since maintenance pages redirect permanently too; at once if only http became https. Pure.
Move JudgeMove(const std::string& url, const std::vector<http::Redirect>& redirects,
               const Move& before, absl::Time now);

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_PERMANENT_MOVE_H_
