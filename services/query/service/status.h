#ifndef DATELINE_SERVICES_QUERY_SERVICE_STATUS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_STATUS_H_

#include "absl/time/time.h"
#include "common/base/caller.h"
#include "dateline/query/v1/status.pb.h"
#include "services/query/follow/follower.h"
#include "services/query/replica/replica.h"
#include "services/query/search/indexer.h"

namespace dateline::query::service {

// How the replica is: position, lag, sizes. Everything of the answer but the program's version.
// What depends on hidden articles (how many there are, bytes on disk, quarantined changes, the
// follower's last error) is told only to a caller who may see them, a previewer.
void FillStatus(replica::Replica& replica, const follow::FollowerStatus& follower,
                absl::Duration uptime, const Caller& caller, v1::GetStatusResponse* response);

// How far the search index is behind the lists.
void FillSearchStatus(replica::Replica& replica, const search::IndexerStatus& index,
                      const Caller& caller, v1::SearchStatus* out);

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_STATUS_H_
