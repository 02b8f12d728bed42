#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_USABLE_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_USABLE_H_

#include <string>

#include "dateline/catalog/v1/changes.pb.h"

namespace dateline::query::replica {

// Why a state cannot be stored, in words; empty if it can. What would make every later write fail
// (a name longer than LMDB's keys) or have no meaning (an instant outside protobuf's years 1 to
// 9999) is found here, before anything is written. The revisions' own bytes are looked at where
// they are split. Pure.
std::string WhyUnusable(const catalog::v1::ResourceState& state);

// The same for a revision's own times.
std::string WhyUnusable(const content::v1::Article& revision);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_USABLE_H_
