#ifndef DATELINE_SERVICES_QUERY_SERVICE_SEARCH_HANDLERS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_SEARCH_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/query/v1/search.pb.h"
#include "services/query/replica/replica.h"
#include "services/query/search/searcher.h"

namespace dateline::query::service {

// SearchArticles and ListRelatedArticles. They read the disk: not for a gRPC thread. Thread-safe.
class SearchHandlers {
 public:
  // All must outlive it; without a searcher both answer NOT_READY.
  SearchHandlers(replica::Replica& replica, search::Searcher* searcher,
                 const tokens::PageTokenCodec& page_tokens)
      : replica_(replica), searcher_(searcher), page_tokens_(page_tokens) {}

  // Hits by relevance (BM25, and something for the younger) or newest first. Newest first goes on
  // behind a place, so that pages neither repeat nor skip; relevance goes on behind a number of
  // hits, at most search::kMaxOffset, and scores move with the index: an article may be seen twice
  // or not at all when it is written meanwhile. Snippets come with `highlight`. NOT_READY while
  // there is no index; the errors of filters and page tokens.
  absl::Status SearchArticles(const v1::SearchArticlesRequest& request, const RequestContext& call,
                              v1::SearchArticlesResponse* response) const;

  // Visible articles that share topics or telling words with one, nearest first; never itself nor a
  // near-duplicate of it. NOT_FOUND if the article is not visible; else as SearchArticles.
  absl::Status ListRelatedArticles(const v1::ListRelatedArticlesRequest& request,
                                   const RequestContext& call,
                                   v1::ListRelatedArticlesResponse* response) const;

 private:
  replica::Replica& replica_;
  search::Searcher* const searcher_;
  const tokens::PageTokenCodec& page_tokens_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_SEARCH_HANDLERS_H_
