#include "services/catalog/article/clusters.h"

#include <algorithm>
#include <utility>

#include "common/text/simhash.h"

namespace dateline::catalog::article {
namespace {

// Those near the subject, nearest and then oldest first.
std::vector<ClusterArticle*> Neighbours(const ClusterArticle& subject,
                                        std::map<int64_t, ClusterArticle>* articles) {
  std::vector<std::pair<int, ClusterArticle*>> found;
  for (auto& [key, article] : *articles) {
    if (key == subject.key || !AreNear(subject, article)) continue;
    found.emplace_back(text::SimHashDistance(subject.simhash, article.simhash), &article);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<ClusterArticle*> neighbours;
  for (const auto& [distance, article] : found) neighbours.push_back(article);
  return neighbours;
}

}  // namespace

bool AreNear(const ClusterArticle& a, const ClusterArticle& b) {
  return text::NearDuplicate(a.simhash, b.simhash) &&
         absl::AbsDuration(a.publish_time - b.publish_time) <= kClusterWindow;
}

int AssignClusters(const std::vector<int64_t>& subjects,
                   std::map<int64_t, ClusterArticle>* articles, std::map<int64_t, int>* members) {
  int made = 0;
  for (const int64_t key : subjects) {
    ClusterArticle& subject = articles->at(key);
    if (subject.cluster != 0 || !subject.is_open) continue;
    for (ClusterArticle* neighbour : Neighbours(subject, articles)) {
      if (neighbour->cluster == 0) {
        if (!neighbour->is_open) continue;
        neighbour->cluster = -++made;
        (*members)[neighbour->cluster] = 1;
      }
      int& count = (*members)[neighbour->cluster];
      if (count >= kMaxClusterMembers) continue;
      ++count;
      subject.cluster = neighbour->cluster;
      break;
    }
  }
  return made;
}

}  // namespace dateline::catalog::article
