#ifndef DATELINE_SERVICES_QUERY_SERVICE_DIGEST_H_
#define DATELINE_SERVICES_QUERY_SERVICE_DIGEST_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "dateline/query/v1/replicas.pb.h"
#include "services/query/replica/replica.h"

namespace dateline::query::service {

// Answers the digests that a request asks for. NOT_READY; INVALID_PAGE_TOKEN. Views TABLES and
// DERIVED read everything: seconds to minutes, for a large copy.
absl::Status FillDigest(replica::Replica& replica, const v1::GetDigestRequest& request,
                        const RequestContext& call, v1::GetDigestResponse* response);

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_DIGEST_H_
