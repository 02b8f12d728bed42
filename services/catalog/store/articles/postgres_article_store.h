#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_STORE_H_

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/postgres_resources.h"

namespace dateline::catalog::store {

// ArticleStore on PostgreSQL. Thread-safe.
class PostgresArticleStore : public ArticleStore {
 public:
  explicit PostgresArticleStore(PostgresContext postgres) : postgres_(std::move(postgres)) {}

  absl::StatusOr<v1::BatchUpsertArticlesResponse> UpsertArticles(
      const RequestContext& context, const v1::BatchUpsertArticlesRequest& request) override;
  absl::StatusOr<v1::BatchAddArticleTopicsResponse> AddArticleTopics(
      const RequestContext& context, const v1::BatchAddArticleTopicsRequest& request) override;
  absl::StatusOr<Written<v1::ArticleRecord>> GetArticle(const RequestContext& context,
                                                        absl::string_view id,
                                                        content::v1::ArticleView view,
                                                        v1::RevisionSelector revision) override;
  absl::StatusOr<Written<std::vector<v1::ArticleRecord>>> BatchGetArticles(
      const RequestContext& context, const std::vector<std::string>& ids,
      content::v1::ArticleView view, v1::RevisionSelector revision) override;

 private:
  // The end of the next transaction's share of `request`, which begins with item `begin`.
  int ShareEnd(const v1::BatchUpsertArticlesRequest& request, int begin) const;
  // Adapts the size of later shares to how long one took.
  void Learn(int items, absl::Duration took);

  const PostgresContext postgres_;
  // Items of one transaction: adapts, so that none takes much longer than 250 ms.
  std::atomic<int> share_{200};
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_STORE_H_
