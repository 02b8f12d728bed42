#ifndef DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_HANDLERS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/articles.pb.h"
#include "dateline/catalog/v1/status.pb.h"
#include "services/catalog/feed/change_feed.h"
#include "services/catalog/store/articles/article_store.h"

namespace dateline::catalog::service {

// What the catalog does for editors of articles and its own status, whatever the transport.
// Requests have been held to the contract's rules. Errors are those that catalog_service.proto
// names. Thread-safe. Store and feed must outlive it.
class ArticleHandlers {
 public:
  // `version` is the program's; `open_streams` tells how many streams of changes are open.
  ArticleHandlers(store::ArticleStore& articles, feed::ChangeFeed& feed, std::string version,
                  std::function<int()> open_streams, Clock* clock = RealClock());

  absl::Status GetArticle(const RequestContext& context, const v1::GetArticleRequest& request,
                          v1::GetArticleResponse* response);
  absl::Status BatchGetArticles(const RequestContext& context,
                                const v1::BatchGetArticlesRequest& request,
                                v1::BatchGetArticlesResponse* response);
  // Answers also while the database cannot be reached.
  absl::Status GetStatus(const RequestContext& context, const v1::GetStatusRequest& request,
                         v1::GetStatusResponse* response);

 private:
  store::ArticleStore& articles_;
  feed::ChangeFeed& feed_;
  const std::string version_;
  const std::function<int()> open_streams_;
  Clock* const clock_;
  const absl::Duration started_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_HANDLERS_H_
