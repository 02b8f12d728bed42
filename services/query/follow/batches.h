#ifndef DATELINE_SERVICES_QUERY_FOLLOW_BATCHES_H_
#define DATELINE_SERVICES_QUERY_FOLLOW_BATCHES_H_

#include "absl/status/statusor.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/apply/apply.h"

namespace dateline::query::follow {

// What a replica applies of an answer of the stream. The errors of DecodePosition: what is read
// wrongly must not be taken as read. Pure.
absl::StatusOr<replica::Batch> ToBatch(catalog::v1::StreamChangesResponse response);

// Puts `next`, which stands behind it, into the same batch.
void Merge(replica::Batch next, replica::Batch* batch);

}  // namespace dateline::query::follow

#endif  // DATELINE_SERVICES_QUERY_FOLLOW_BATCHES_H_
