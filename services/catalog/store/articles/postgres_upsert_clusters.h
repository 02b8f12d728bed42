#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_CLUSTERS_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_CLUSTERS_H_

#include <map>
#include <pqxx/pqxx>
#include <vector>

#include "services/catalog/store/articles/postgres_upsert_batch.h"
#include "services/catalog/upsert/clusters.h"

// Clusters of near-duplicates within an upsert's transaction.
namespace dateline::catalog::store {

using ClusterArticles = std::map<int64_t, upsert::ClusterArticle>;

// Articles published that are near one of `subjects` (whose `simhash` and `publish_time` count), by
// key, as they are now; those in `subjects` are left out. No locks are taken.
ClusterArticles FindNear(pqxx::transaction_base& transaction,
                         const std::vector<upsert::ClusterArticle>& subjects);

// Those of them that stand in no cluster yet, whose founding they may take part in: to be locked
// together with all others that the transaction writes.
std::vector<int64_t> PossibleFounders(const ClusterArticles& near);

// Puts articles of the batch with new content, or all if `all` is set, into clusters, and marks
// what has to be written. `near` comes from FindNear, and its founders were locked since. Makes
// clusters as needed.
void PutIntoClusters(pqxx::transaction_base& transaction, const ClusterArticles& near, bool all,
                     UpsertBatch* batch);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_CLUSTERS_H_
