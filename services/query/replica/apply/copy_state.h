#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_COPY_STATE_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_COPY_STATE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dateline/content/v1/position.pb.h"
#include "services/query/replica/store/store.h"

// What a copy says of itself: format, position, time, and whether it is whole.
namespace dateline::query::replica {

// The position and time of the copy. NOT_FOUND if the store was never applied to;
// FAILED_PRECONDITION if it is of another format version or damaged: then it is to be made anew.
struct CopyState {
  content::v1::LogPosition position;
  absl::Time at = absl::InfinitePast();
  bool complete = false;
};
absl::StatusOr<CopyState> ReadCopyState(const Store& store);
absl::StatusOr<CopyState> ReadCopyState(const ReadTransaction& transaction);

// Notes how far the copy is with this transaction, and its format. A position without a log leaves
// the stored one.
void WriteCopyState(WriteTransaction& transaction, const content::v1::LogPosition& position,
                    absl::Time at);

// Marks a copy as complete: only then does a restart serve it, and its journal begins.
absl::Status MarkComplete(Store& store);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_COPY_STATE_H_
