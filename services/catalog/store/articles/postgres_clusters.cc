#include "services/catalog/store/articles/postgres_clusters.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/store/articles/postgres_article_load.h"
#include "services/catalog/store/articles/postgres_article_write.h"
#include "services/catalog/store/articles/postgres_upsert.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using article::ClusterArticle;
using article::WorkingArticle;

ClusterArticle OfWorking(const WorkingArticle& working) {
  return {working.key, working.simhash, TimeFromProto(working.article.publish_time()),
          working.cluster_key, /*is_open=*/true};
}

// How many members the clusters of these articles have, and what they are called; they are locked,
// so that nobody else adds to them meanwhile.
struct Clusters {
  std::map<int64_t, int> members;
  std::map<int64_t, std::string> ids;
};

Clusters LockClusters(pqxx::transaction_base& transaction, const ClusterArticles& articles) {
  std::set<int64_t> keys;
  for (const auto& [key, article] : articles) {
    if (article.cluster != 0) keys.insert(article.cluster);
  }
  Clusters clusters;
  if (keys.empty()) return clusters;
  ArrayParam array;
  for (const int64_t key : keys) array.Add(key);
  transaction.exec_params(
      "SELECT FROM catalog.clusters WHERE key = ANY ($1::bigint[]) ORDER BY key FOR UPDATE",
      array.str());
  // A second statement: the first one's snapshot may be older than what it waited for.
  for (const pqxx::row& row : transaction.exec_params(
           "SELECT c.key, c.id, (SELECT count(*) FROM catalog.articles a "
           "WHERE a.cluster_key = c.key) FROM catalog.clusters c WHERE c.key = ANY ($1::bigint[])",
           array.str())) {
    clusters.ids[Int(row[0])] = Text(row[1]);
    clusters.members[Int(row[0])] = static_cast<int>(Int(row[2]));
  }
  return clusters;
}

// Makes `count` clusters; their keys, for -1, -2, …
std::vector<int64_t> MakeClusters(pqxx::transaction_base& transaction, int count,
                                  Clusters* clusters) {
  std::vector<int64_t> keys;
  if (count == 0) return keys;
  ArrayParam ids;
  for (int i = 0; i < count; ++i) ids.AddText(NewId());
  for (const pqxx::row& row : transaction.exec_params(
           "INSERT INTO catalog.clusters (id) SELECT unnest($1::text[]) RETURNING key, id",
           ids.str())) {
    keys.push_back(Int(row[0]));
    clusters->ids[keys.back()] = Text(row[1]);
  }
  return keys;
}

}  // namespace

std::set<int64_t> PossibleFounders(const ClusterArticles& near) {
  std::set<int64_t> keys;
  for (const auto& [key, article] : near) {
    if (article.cluster == 0) keys.insert(key);
  }
  return keys;
}

void PutIntoClusters(pqxx::transaction_base& transaction, const ClusterArticles& near, bool all,
                     ArticleBatch* batch) {
  ClusterArticles articles = near;
  std::vector<int64_t> subjects;
  for (const auto& [key, working] : batch->articles) {
    // What is only recognised was not read; it counts as it was found.
    if (!working.locked && !working.is_new) continue;
    if (!article::MayCluster(working)) {
      articles.erase(key);
      continue;
    }
    // As it is under its lock, whatever it was when it was found.
    articles[key] = OfWorking(working);
    const bool is_subject = all || working.is_new || working.content_changed;
    if (is_subject && working.cluster_key == 0) subjects.push_back(key);
  }
  if (subjects.empty()) return;
  Clusters clusters = LockClusters(transaction, articles);
  const int made = article::AssignClusters(subjects, &articles, &clusters.members);
  const std::vector<int64_t> keys = MakeClusters(transaction, made, &clusters);
  for (auto& [key, working] : batch->articles) {
    const auto assigned = articles.find(key);
    if (assigned == articles.end() || assigned->second.cluster == working.cluster_key) continue;
    const int64_t cluster = assigned->second.cluster;
    working.cluster_key = cluster < 0 ? keys[static_cast<size_t>(-cluster - 1)] : cluster;
    working.cluster_changed = true;
    working.article.set_cluster(api::MakeName(api::kClusters, clusters.ids[working.cluster_key]));
  }
}

Unclustered UnclusteredOf(const ArticleBatch& batch) {
  Unclustered unclustered;
  unclustered.xmin = batch.log.xmin;
  unclustered.xmax = batch.log.xmax;
  for (const auto& [key, working] : batch.articles) {
    const bool is_subject = working.is_new || working.content_changed;
    if (!is_subject || working.cluster_key != 0 || !article::MayCluster(working)) continue;
    unclustered.articles.push_back(
        {key, working.simhash, TimeFromProto(working.article.publish_time()), 0, false});
  }
  return unclustered;
}

absl::Status ClusterLate(const StoreContext& postgres, const RequestContext& context,
                         const Unclustered& unclustered, content::v1::LogPosition* position) {
  content::v1::LogPosition written;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        written.Clear();
        ArticleBatch batch;
        batch.caller = context.caller();
        batch.method = kUpsertMethod;
        DATELINE_ASSIGN_OR_RETURN(batch.log, ReadLogContext(transaction));
        const bool was_alone =
            unclustered.xmin == unclustered.xmax && batch.log.xmax <= unclustered.xmax + 1;
        if (was_alone) return absl::OkStatus();
        const ClusterArticles near = FindNear(transaction, unclustered.articles);
        if (near.empty()) return absl::OkStatus();
        std::set<int64_t> to_lock = PossibleFounders(near);
        for (const article::ClusterArticle& article : unclustered.articles) {
          const bool has_any = std::any_of(near.begin(), near.end(), [&](const auto& entry) {
            return article::AreNear(article, entry.second);
          });
          if (has_any) to_lock.insert(article.key);
        }
        LockArticles(transaction, to_lock, &batch);
        PutIntoClusters(transaction, near, /*all=*/true, &batch);
        if (!batch.writes()) return absl::OkStatus();
        DATELINE_ASSIGN_OR_RETURN(written, WriteArticles(transaction, &batch));
        return absl::OkStatus();
      }));
  if (written.log_id().empty()) return absl::OkStatus();
  *position = written;
  postgres.on_commit();
  return absl::OkStatus();
}

}  // namespace dateline::catalog::store
