#ifndef DATELINE_SERVICES_QUERY_SERVICE_SUGGEST_HANDLERS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_SUGGEST_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/query/v1/search.pb.h"
#include "services/query/replica/replica.h"

namespace dateline::query::service {

// SuggestTopics. Thread-safe; never blocks on anything but memory.
class SuggestHandlers {
 public:
  SuggestHandlers(replica::Replica& replica, const tokens::PageTokenCodec& page_tokens)
      : replica_(replica), page_tokens_(page_tokens) {}

  // Active topics of which a name or alias has a word that begins so, without regard to case and
  // accents: those with this very name first, then those with the most visible articles, themselves
  // or below them, as of the copy's instant; where these are equal, by the names that match. Of a
  // merged topic the target. Of a beginning of more than 10,000 names the first of them by the
  // alphabet are looked at. A page's token is a place in this order, which moves with the articles.
  // The errors of page tokens; NOT_READY.
  absl::Status SuggestTopics(const v1::SuggestTopicsRequest& request, const RequestContext& call,
                             v1::SuggestTopicsResponse* response) const;

 private:
  replica::Replica& replica_;
  const tokens::PageTokenCodec& page_tokens_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_SUGGEST_HANDLERS_H_
