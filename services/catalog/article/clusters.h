#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_CLUSTERS_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_CLUSTERS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/catalog/article/working_article.h"

// Clusters of near-duplicates, apart from how the database keeps them. The rules:
//  * Two articles are near-duplicates if their fingerprints are (common/text/simhash.h) and they
//    were published within kClusterWindow of each other, in whichever publications.
//  * An article with new content joins the cluster of its nearest one; ties go to the older
//  article.
//    If that one stands in none, both found one. Where the cluster is full, the next nearest
//    counts.
//  * Articles and clusters are never merged; a cluster has kMaxClusterMembers at most.
//  * An article stays in its cluster when its text changes: it is the same story, and who folds
//    clusters must not see it jump. Only people take it out, and then only people put it back.
namespace dateline::catalog::article {

inline constexpr absl::Duration kClusterWindow = absl::Hours(7 * 24);
inline constexpr int kMaxClusterMembers = 32;

// An article as far as clusters are concerned.
struct ClusterArticle {
  int64_t key = 0;
  uint64_t simhash = 0;
  absl::Time publish_time;
  int64_t cluster = 0;  // 0 for none; negative for one that is to be made
  // May be put into a cluster: it is locked. Others only lend theirs.
  bool is_open = false;
};

// Puts `subjects`, in the order of their keys, into clusters. `articles` are all that may be near
// them, by key, the subjects included; `members` says how many a cluster has. Both are updated; new
// clusters are -1, -2, …; returns how many. Deterministic.
int AssignClusters(const std::vector<int64_t>& subjects,
                   std::map<int64_t, ClusterArticle>* articles, std::map<int64_t, int>* members);

// Whether a machine may put the article into a cluster, or found one with it.
bool MayCluster(const WorkingArticle& working);

// OK if an editor may put the article into a cluster. STATE_CONFLICT for what is deleted;
// TAKEN_DOWN.
absl::Status CheckJoinable(const WorkingArticle& working);

// Puts an article into a cluster by an editor's word. Nothing happens to one that is in it already.
void Join(int64_t cluster_key, const std::string& cluster, WorkingArticle* working);

// Takes an article out of its cluster by an editor's word: no machine puts it into one again.
// STATE_CONFLICT if it stands in none.
absl::Status Leave(WorkingArticle* working);

// Whether the two are near-duplicates.
bool AreNear(const ClusterArticle& a, const ClusterArticle& b);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_CLUSTERS_H_
