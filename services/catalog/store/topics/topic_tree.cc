#include "services/catalog/store/topics/topic_tree.h"

#include <algorithm>
#include <deque>

namespace dateline::catalog::store {

std::vector<int64_t> WayUp(const TopicParents& parents, int64_t from, const std::set<int64_t>& to) {
  std::map<int64_t, int64_t> came_from = {{from, from}};
  for (std::deque<int64_t> waiting = {from}; !waiting.empty(); waiting.pop_front()) {
    const int64_t topic = waiting.front();
    if (to.count(topic) > 0) {
      std::vector<int64_t> way = {topic};
      while (way.back() != from) way.push_back(came_from.at(way.back()));
      std::reverse(way.begin(), way.end());
      return way;
    }
    const auto [begin, end] = parents.equal_range(topic);
    for (auto parent = begin; parent != end; ++parent) {
      if (came_from.emplace(parent->second, topic).second) waiting.push_back(parent->second);
    }
  }
  return {};
}

}  // namespace dateline::catalog::store
