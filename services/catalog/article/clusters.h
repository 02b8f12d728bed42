#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_CLUSTERS_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_CLUSTERS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/time/time.h"

// Clusters of near-duplicates, apart from how the database keeps them. The rules:
//  * Two articles are near-duplicates if their fingerprints are (common/text/simhash.h) and they
//    were published within kClusterWindow of each other, in whichever publications.
//  * An article with new content joins the cluster of its nearest one; ties go to the older
//  article.
//    If that one stands in none, both found one. Where the cluster is full, the next nearest
//    counts.
//  * Articles and clusters are never merged; a cluster has kMaxClusterMembers at most.
//  * An article stays in its cluster when its text changes: it is the same story, and who folds
//    clusters must not see it jump. Only people take it out.
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

// Whether the two are near-duplicates.
bool AreNear(const ClusterArticle& a, const ClusterArticle& b);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_CLUSTERS_H_
