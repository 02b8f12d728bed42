#include "services/query/service/topic_neighbours.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "services/query/service/included.h"

namespace dateline::query::service {
namespace {

// How many topics, how many entries of the tree and how many articles are looked at.
constexpr size_t kMaxNeighbours = 200;
constexpr int kMaxSteps = 1'000;
constexpr int kSampledArticles = 50;
constexpr size_t kMaxCompanions = 10;

class Neighbours {
 public:
  Neighbours(const View& view, const content::v1::Topic& topic, size_t* budget)
      : view_(view), budget_(budget), seen_{topic.name()} {}

  void AddParents(const content::v1::Topic& topic) {
    for (const std::string& parent : topic.parents()) {
      if (!Step()) return;
      if (auto found = view_.TopicOf(parent)) Add(std::move(found->topic));
    }
  }

  void AddChildren(const content::v1::Topic& topic) {
    const std::string children = replica::ChildPrefix(topic.name());
    replica::Cursor cursor = view_.transaction().Open(replica::Table::kChildren);
    for (bool found = cursor.Seek(children); found; found = cursor.Next()) {
      const auto key = replica::ParseChildKey(cursor.key(), children);
      if (!key.has_value() || !Step()) return;
      auto child = view_.StateOf(catalog::v1::RESOURCE_KIND_TOPIC, *key);
      if (child.has_value() && child->topic().state() == content::v1::TOPIC_STATE_ACTIVE) {
        Add(std::move(*child->mutable_topic()));
      }
    }
  }

  void AddCompanions(const replica::ListQuery& query) {
    std::map<std::string, int> carried;
    int sampled = 0;
    replica::WalkList(
        view_.transaction(), query,
        [&](const replica::ListEntry& entry, const replica::Visibility&) {
          content::v1::Article card;
          if (!card.ParseFromString(view_.EncodedArticle(entry.article, entry.slot, false))) {
            return true;
          }
          for (const auto& topic : card.topics()) ++carried[topic.topic()];
          return ++sampled < kSampledArticles;
        });
    std::vector<std::pair<int, std::string>> ranked;
    ranked.reserve(carried.size());
    for (const auto& [name, times] : carried) ranked.emplace_back(-times, name);
    std::sort(ranked.begin(), ranked.end());
    size_t added = 0;
    for (const auto& [times, name] : ranked) {
      if (added == kMaxCompanions || !Step()) return;
      auto found = view_.TopicOf(name);
      if (found.has_value() && Add(std::move(found->topic))) ++added;
    }
  }

  std::vector<content::v1::Topic> Take() { return std::move(topics_); }

 private:
  bool Step() { return ++steps_ <= kMaxSteps && topics_.size() < kMaxNeighbours; }

  bool Add(content::v1::Topic found) {
    if (!seen_.insert(found.name()).second) return false;
    topics_.push_back(Fitted(std::move(found), budget_));
    return true;
  }

  const View& view_;
  size_t* const budget_;
  std::set<std::string> seen_;
  std::vector<content::v1::Topic> topics_;
  int steps_ = 0;
};

}  // namespace

std::vector<content::v1::Topic> TopicNeighbours(const View& view, const content::v1::Topic& topic,
                                                replica::ListQuery query, size_t* budget) {
  query.after.clear();
  query.backwards = false;
  query.fold = {};
  Neighbours neighbours(view, topic, budget);
  neighbours.AddParents(topic);
  neighbours.AddChildren(topic);
  neighbours.AddCompanions(query);
  return neighbours.Take();
}

std::vector<Pinned> PinnedArticles(const View& view, uint64_t topic) {
  std::vector<Pinned> pinned;
  const auto state = view.StateOf(catalog::v1::RESOURCE_KIND_PINS, topic);
  if (!state.has_value()) return pinned;
  for (const std::string& name : state->pins().articles()) {
    const auto article = view.KeyOf(name, catalog::v1::RESOURCE_KIND_ARTICLE);
    const auto slot = article.has_value() ? view.VisibleSlot(*article) : std::nullopt;
    if (slot.has_value()) pinned.push_back({*article, *slot});
  }
  return pinned;
}

}  // namespace dateline::query::service
