#ifndef DATELINE_SERVICES_QUERY_SERVICE_EXPLAIN_HANDLERS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_EXPLAIN_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "dateline/query/v1/watch.pb.h"
#include "services/query/replica/replica.h"

namespace dateline::query::service {

// ExplainListing. Thread-safe; never blocks on anything but memory.
class ExplainHandlers {
 public:
  explicit ExplainHandlers(replica::Replica& replica) : replica_(replica) {}

  // Why an article is in a list or is not: its state, the revision in force, its times, then each
  // condition of the filter, judged by the revision in force. NOT_FOUND for an article or a
  // resource of the filter that the replica does not know; INVALID_FIELD; the errors of OpenView.
  absl::Status ExplainListing(const v1::ExplainListingRequest& request, const RequestContext& call,
                              v1::ExplainListingResponse* response) const;

 private:
  replica::Replica& replica_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_EXPLAIN_HANDLERS_H_
