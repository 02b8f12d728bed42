#include "services/catalog/article/clusters.h"

#include <algorithm>
#include <utility>

#include "common/errors/errors.h"
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

bool MayCluster(const WorkingArticle& working) {
  return working.simhash != 0 && !working.no_clustering &&
         working.record.state() == content::v1::ARTICLE_STATE_PUBLISHED;
}

absl::Status CheckJoinable(const WorkingArticle& working) {
  switch (working.record.state()) {
    case content::v1::ARTICLE_STATE_TAKEN_DOWN:
      return error::TakenDown(working.record.name());
    case content::v1::ARTICLE_STATE_DELETED:
      return error::StateConflict(working.record.name(), "DELETED");
    default:
      return absl::OkStatus();
  }
}

void Join(int64_t cluster_key, const std::string& cluster, WorkingArticle* working) {
  if (working->cluster_key == cluster_key) return;
  working->cluster_key = cluster_key;
  working->article.set_cluster(cluster);
  working->no_clustering = false;
  working->cluster_changed = working->life_changed = true;
}

absl::Status Leave(WorkingArticle* working) {
  if (working->cluster_key == 0) {
    return error::StateConflict(working->record.name(), "in no cluster");
  }
  working->cluster_key = 0;
  working->article.clear_cluster();
  working->no_clustering = true;
  working->cluster_changed = working->life_changed = true;
  return absl::OkStatus();
}

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
