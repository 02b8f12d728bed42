#ifndef DATELINE_SERVICES_QUERY_FOLLOW_CHECKPOINT_SOURCE_H_
#define DATELINE_SERVICES_QUERY_FOLLOW_CHECKPOINT_SOURCE_H_

#include <functional>

#include "absl/status/status.h"
#include "services/query/replica/checkpoint.h"

namespace dateline::query::follow {

// A sibling replica whose copy another one starts from.
class CheckpointSource {
 public:
  virtual ~CheckpointSource() = default;

  // Calls `on_piece` with each piece, to the end of the checkpoint (OK) or until it breaks off, or
  // until `on_piece` fails, whose status is then returned. Blocks the calling thread.
  virtual absl::Status Stream(
      const std::function<absl::Status(const replica::CheckpointPiece&)>& on_piece) = 0;

  // Ends the running call, and every later one at once, with CANCELLED. Callable from any thread.
  virtual void Cancel() = 0;
};

}  // namespace dateline::query::follow

#endif  // DATELINE_SERVICES_QUERY_FOLLOW_CHECKPOINT_SOURCE_H_
