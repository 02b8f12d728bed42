#include "services/query/follow/batches.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/position/position.h"

namespace dateline::query::follow {

using catalog::v1::StreamChangesResponse;
using replica::Batch;

absl::StatusOr<Batch> ToBatch(StreamChangesResponse response) {
  Batch batch;
  for (catalog::v1::Change& change : *response.mutable_changes()) {
    if (change.has_state()) batch.states.push_back(std::move(*change.mutable_state()));
  }
  if (!response.position().empty()) {
    DATELINE_ASSIGN_OR_RETURN(batch.position, DecodePosition(response.position(), "position"));
  }
  if (response.has_at()) batch.at = TimeFromProto(response.at());
  return batch;
}

void Merge(Batch next, Batch* batch) {
  std::move(next.states.begin(), next.states.end(), std::back_inserter(batch->states));
  if (!next.position.log_id().empty()) batch->position = next.position;
  batch->at = std::max(batch->at, next.at);
}

}  // namespace dateline::query::follow
