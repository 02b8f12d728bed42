#ifndef DATELINE_SERVICES_QUERY_WATCH_SYNC_HANDLERS_H_
#define DATELINE_SERVICES_QUERY_WATCH_SYNC_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/query/v1/watch.pb.h"
#include "services/query/replica/replica.h"

namespace dateline::query::watch {

// SyncArticles: a device's copy of a list, first whole and then by what has changed. Thread-safe;
// never blocks on anything but memory.
class SyncHandlers {
 public:
  // Both must outlive it.
  SyncHandlers(replica::Replica& replica, const tokens::PageTokenCodec& tokens)
      : replica_(replica), tokens_(tokens) {}

  // Without a token the first page of the list's articles; with one the next page, or, once all
  // were given, what has changed since. The same article may be told twice, none is left out.
  // INVALID_FIELD; NOT_FOUND for what the filter names; INVALID_PAGE_TOKEN; NOT_READY;
  // POSITION_EXPIRED if the journal does not reach back to the token: the device begins anew.
  absl::Status SyncArticles(const v1::SyncArticlesRequest& request, const RequestContext& call,
                            v1::SyncArticlesResponse* response) const;

 private:
  replica::Replica& replica_;
  const tokens::PageTokenCodec& tokens_;
};

}  // namespace dateline::query::watch

#endif  // DATELINE_SERVICES_QUERY_WATCH_SYNC_HANDLERS_H_
