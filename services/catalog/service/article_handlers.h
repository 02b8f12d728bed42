#ifndef DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/articles.pb.h"
#include "dateline/catalog/v1/clusters.pb.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/catalog/v1/paths.pb.h"
#include "dateline/catalog/v1/revisions.pb.h"
#include "services/catalog/store/articles/article_store.h"

namespace dateline::catalog::service {

// What the catalog does for articles, whatever the transport. Requests have been held to the
// contract's rules. Errors are those that the contract names. Thread-safe. What it is given
// must outlive it.
class ArticleHandlers {
 public:
  ArticleHandlers(store::ArticleStore& articles, const tokens::PageTokenCodec& codec)
      : articles_(articles), codec_(codec) {}

  absl::Status GetArticle(const RequestContext& context, const v1::GetArticleRequest& request,
                          v1::GetArticleResponse* response);
  absl::Status ResolvePath(const RequestContext& context, const v1::ResolvePathRequest& request,
                           v1::ResolvePathResponse* response);
  absl::Status ListArticles(const RequestContext& context, const v1::ListArticlesRequest& request,
                            v1::ListArticlesResponse* response);
  absl::Status ListArticleRevisions(const RequestContext& context,
                                    const v1::ListArticleRevisionsRequest& request,
                                    v1::ListArticleRevisionsResponse* response);
  absl::Status GetArticleRevision(const RequestContext& context,
                                  const v1::GetArticleRevisionRequest& request,
                                  v1::GetArticleRevisionResponse* response);
  absl::Status ListClusterMembers(const RequestContext& context,
                                  const v1::ListClusterMembersRequest& request,
                                  v1::ListClusterMembersResponse* response);
  absl::Status BatchGetArticles(const RequestContext& context,
                                const v1::BatchGetArticlesRequest& request,
                                v1::BatchGetArticlesResponse* response);
  absl::Status BatchUpsertArticles(const RequestContext& context,
                                   const v1::BatchUpsertArticlesRequest& request,
                                   v1::BatchUpsertArticlesResponse* response);
  absl::Status BatchAddArticleTopics(const RequestContext& context,
                                     const v1::BatchAddArticleTopicsRequest& request,
                                     v1::BatchAddArticleTopicsResponse* response);

 private:
  store::ArticleStore& articles_;
  const tokens::PageTokenCodec& codec_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_HANDLERS_H_
