#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_CLUSTERS_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_CLUSTERS_H_

#include <map>
#include <pqxx/pqxx>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "dateline/content/v1/position.pb.h"
#include "services/catalog/article/clusters.h"
#include "services/catalog/store/articles/postgres_article_batch.h"
#include "services/catalog/store/store_context.h"

// Clusters of near-duplicates within a writing transaction, and behind it.
namespace dateline::catalog::store {

using ClusterArticles = std::map<int64_t, article::ClusterArticle>;

// Articles published that are near one of `subjects` (whose `simhash` and `publish_time` count), by
// key, as they are now; those in `subjects` are left out. No locks are taken.
ClusterArticles FindNear(pqxx::transaction_base& transaction,
                         const std::vector<article::ClusterArticle>& subjects);

// Those of them that stand in no cluster yet, whose founding they may take part in: to be locked
// together with all others that the transaction writes.
std::set<int64_t> PossibleFounders(const ClusterArticles& near);

// Puts articles of the batch with new content, or all if `all` is set, into clusters, and marks
// what has to be written. `near` comes from FindNear, and its founders were locked since. Makes
// clusters as needed.
void PutIntoClusters(pqxx::transaction_base& transaction, const ClusterArticles& near, bool all,
                     ArticleBatch* batch);

// What a transaction wrote that stands in no cluster, and which transactions it could not see.
struct Unclustered {
  std::vector<article::ClusterArticle> articles;
  uint64_t xmin = 0;
  uint64_t xmax = 0;
};

// What of the batch's new contents has found no cluster.
Unclustered UnclusteredOf(const ArticleBatch& batch);

// Of two near-duplicates whose transactions ran at the same time neither saw the other. Whoever has
// committed last finds them here, in a transaction of its own, and moves `*position` to its change.
// Costs a look at the clock of transactions when nobody else was writing.
absl::Status ClusterLate(const StoreContext& postgres, const RequestContext& context,
                         const Unclustered& unclustered, content::v1::LogPosition* position);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_CLUSTERS_H_
