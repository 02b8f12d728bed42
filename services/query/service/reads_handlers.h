#ifndef DATELINE_SERVICES_QUERY_SERVICE_READS_HANDLERS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_READS_HANDLERS_H_

#include <functional>

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/query/v1/reads.pb.h"
#include "services/query/reads/reads.h"
#include "services/query/replica/replica.h"

namespace dateline::query::service {

// ListMostRead and ReportReads. Thread-safe; never blocks on anything but memory.
class ReadsHandlers {
 public:
  // `reads` is null for a server without a database. All must outlive it.
  ReadsHandlers(replica::Replica& replica, const tokens::PageTokenCodec& page_tokens,
                reads::Reads* reads)
      : replica_(replica), page_tokens_(page_tokens), reads_(reads) {}

  // The most read articles that match, by the ranking as it was read last, then the newest others.
  // Between two pages the ranking may move. INVALID_FIELD; NOT_FOUND if a resource that the filter
  // names does not exist for readers; the errors of page tokens; NOT_READY.
  absl::Status ListMostRead(const v1::ListMostReadRequest& request, const RequestContext& call,
                            v1::ListMostReadResponse* response) const;

  // Calls `done` once, now or from another thread: as Reads::Add; DATABASE_UNAVAILABLE without one.
  void ReportReads(const v1::ReportReadsRequest& request, const RequestContext& call,
                   std::function<void(const absl::Status&)> done) const;

 private:
  replica::Replica& replica_;
  const tokens::PageTokenCodec& page_tokens_;
  reads::Reads* const reads_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_READS_HANDLERS_H_
