#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_ARTICLE_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_ARTICLE_STORE_H_

#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/article_record.pb.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/catalog/v1/revisions.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/content/v1/position.pb.h"
#include "services/catalog/store/articles/article_edit.h"
#include "services/catalog/store/articles/article_list.h"
#include "services/catalog/store/page.h"
#include "services/catalog/store/store_context.h"
#include "services/catalog/store/write_options.h"

namespace dateline::catalog::store {

// What stands at a path.
struct ResolvedPath {
  v1::ArticleRecord record;
  std::string redirect_target;  // The path that it leads to; if it is not empty there is no record.
};

// A page of articles by their keys.
struct ArticlePage {
  std::vector<v1::ArticleRecord> records;  // At least one if there is one.
  int64_t last = 0;                        // Key of the last one.
  bool more = false;                       // There are others behind it.
};

// A cluster as it is known by.
struct ClusterHead {
  std::string name;  // `clusters/{id}`
  std::string etag;
};

// A page of the members of a cluster.
struct ClusterPage {
  ArticlePage articles;
  std::string etag;
};

// Articles with their revisions, origins, identities and paths. Thread-safe. Every call may also
// fail with DATABASE_UNAVAILABLE, OVERLOADED, DEADLINE_EXCEEDED or CANCELLED.
class ArticleStore {
 public:
  explicit ArticleStore(StoreContext context) : postgres_(std::move(context)) {}

  // Takes a delivery of one source; each item is decided by itself (see article/decision.h), in one
  // or more transactions of at most some 250 ms, in request order. What was decided before an error
  // stays; sending the batch again answers UNCHANGED for it. Items that cannot be taken are
  // REJECTED with their error. RESOURCE_NOT_FOUND for the publication; LEASE_LOST. The answer's
  // position is that of the last change, or of the last change of the articles named if nothing was
  // written.
  absl::StatusOr<v1::BatchUpsertArticlesResponse> UpsertArticles(
      const RequestContext& context, const v1::BatchUpsertArticlesRequest& request);

  // Does all of `edits`, each of an article of its own, in one transaction, with audit; the
  // articles in that order as they are then, in view FULL. A repeated request_id answers them as
  // they are now with the position of the first write; nothing is written if only validation was
  // asked for. An edit that changes nothing answers the position of the article's last change.
  // RESOURCE_NOT_FOUND of an article, publication, topic or author; RESOURCE_EXISTS; ETAG_MISMATCH;
  // PATH_TAKEN; REQUEST_ID_REUSED; the errors of the edits.
  absl::StatusOr<Written<std::vector<v1::ArticleRecord>>> EditArticles(
      const RequestContext& context, const EditOptions& options,
      const std::vector<ArticleEdit>& edits);

  // The articles of a cluster, oldest first: up to `limit` behind key `after` (0 for the first
  // page), in view BASIC. RESOURCE_NOT_FOUND for one that has none.
  absl::StatusOr<ClusterPage> ListCluster(const RequestContext& context, const std::string& id,
                                          int64_t after, int limit);

  // Puts articles with all of their clusters into one cluster, that of the first article if it has
  // one, in one transaction, with audit. `options.etag` is the first article's cluster's.
  // RESOURCE_NOT_FOUND; ETAG_MISMATCH; REQUEST_ID_REUSED; INVALID_FIELD for fewer than two
  // articles, or more members than a cluster may have; STATE_CONFLICT for what is deleted;
  // TAKEN_DOWN; CONFLICT.
  absl::StatusOr<Written<ClusterHead>> JoinClusters(const RequestContext& context,
                                                    const WriteOptions& options,
                                                    const std::vector<std::string>& article_ids);

  // Takes articles out of the one cluster that they stand in; no machine puts them into one again.
  // STATE_CONFLICT for one that stands in none, INVALID_FIELD for one of another cluster; the
  // errors of JoinClusters.
  absl::StatusOr<content::v1::LogPosition> SplitCluster(
      const RequestContext& context, const WriteOptions& options,
      const std::vector<std::string>& article_ids);

  // Removes deleted articles whose purge_time has passed for good, with all that belongs to them,
  // in small transactions, each with its tombstones in the log; how many. Processes that do so at
  // the same time share the work.
  absl::StatusOr<int> Purge(const RequestContext& context);

  // Adds AUTO topics to articles; each item is decided by itself (see article/topics.h), in
  // transactions of some 250 ms at most, in request order. What was done before an error stays;
  // sending the batch again answers UNCHANGED for it. The answer's position is that of the last
  // change, or the log's head if nothing was written.
  absl::StatusOr<v1::BatchAddArticleTopicsResponse> AddArticleTopics(
      const RequestContext& context, const v1::BatchAddArticleTopicsRequest& request);

  // Takes a deleted topic, and what was merged into it, off the articles that carry it, as
  // revisions of the caller's, in transactions of some 100 ms. The position of the last change, if
  // there was one. What was done before an error stays; called again, it goes on.
  absl::StatusOr<std::optional<content::v1::LogPosition>> RemoveTopic(const RequestContext& context,
                                                                      const std::string& topic_id);

  // An article of any state with the position of its last change; in view BASIC without what
  // article.proto marks as "FULL view only", and without origins. Which revision is shown: the
  // newest one of an article without a live one, if unspecified. RESOURCE_NOT_FOUND, also if it has
  // no such revision.
  absl::StatusOr<Written<v1::ArticleRecord>> GetArticle(const RequestContext& context,
                                                        absl::string_view id,
                                                        content::v1::ArticleView view,
                                                        v1::RevisionSelector revision);

  // What stands at a path of a publication, for editors: the article that has it or is to have it,
  // or where it leads. RESOURCE_NOT_FOUND.
  absl::StatusOr<Written<ResolvedPath>> ResolvePath(const RequestContext& context,
                                                    const std::string& publication,
                                                    const std::string& path);

  // A page of the articles that a list asks for, in its order, with the log's position. A call
  // looks at some 20,000 articles at most: where few fit, a page may be short or empty with others
  // behind it. INVALID_FIELD, naming `filter`.
  absl::StatusOr<Written<ArticleListPage>> ListArticles(const RequestContext& context,
                                                        const ArticleList& list) const;

  // Revisions of an article, newest first: up to `limit` below number `before` (0 for the first
  // page), in a view. RESOURCE_NOT_FOUND for the article.
  absl::StatusOr<Page<v1::ArticleRevision>> ListRevisions(const RequestContext& context,
                                                          absl::string_view id, int32_t before,
                                                          int limit, content::v1::ArticleView view);

  // One revision; number 0 is the newest. RESOURCE_NOT_FOUND.
  absl::StatusOr<v1::ArticleRevision> GetRevision(const RequestContext& context,
                                                  absl::string_view id, int32_t number);

  // Articles in the order of `ids`, with the position of the last change of any of them.
  // RESOURCE_NOT_FOUND names the first that does not exist; INVALID_FIELD for more than fits one
  // answer.
  absl::StatusOr<Written<std::vector<v1::ArticleRecord>>> BatchGetArticles(
      const RequestContext& context, const std::vector<std::string>& ids,
      content::v1::ArticleView view, v1::RevisionSelector revision);

 private:
  // The end of the next transaction's share of `request`, which begins with item `begin`.
  int ShareEnd(const v1::BatchUpsertArticlesRequest& request, int begin) const;
  // Adapts the size of later shares to how long one took.
  void Learn(int items, absl::Duration took);

  const StoreContext postgres_;
  // Items of one transaction: adapts, so that none takes much longer than 250 ms.
  std::atomic<int> share_{200};
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_ARTICLE_STORE_H_
