#ifndef DATELINE_SERVICES_QUERY_SERVICE_ARTICLE_HANDLERS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_ARTICLE_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "dateline/query/v1/articles.pb.h"
#include "services/query/replica/replica.h"

namespace dateline::query::service {

// Single articles and addresses. What is not visible is answered exactly as what never existed:
// NOT_FOUND. Thread-safe; never blocks on anything but memory.
class ArticleHandlers {
 public:
  explicit ArticleHandlers(replica::Replica& replica) : replica_(replica) {}

  // All take as_of (PERMISSION_DENIED for readers, INVALID_FIELD for the past) and read_mask
  // (INVALID_FIELD), and answer etag and max_age as the contract says.

  // By name or by path; a remembered path is answered with a redirect to its present one.
  // INVALID_FIELD if the request names neither or both, or no publication where there are several.
  absl::Status GetArticle(const v1::GetArticleRequest& request, const RequestContext& call,
                          v1::GetArticleResponse* response) const;
  absl::Status BatchGetArticles(const v1::BatchGetArticlesRequest& request,
                                const RequestContext& call,
                                v1::BatchGetArticlesResponse* response) const;
  absl::Status ResolvePath(const v1::ResolvePathRequest& request, const RequestContext& call,
                           v1::ResolvePathResponse* response) const;

 private:
  replica::Replica& replica_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_ARTICLE_HANDLERS_H_
