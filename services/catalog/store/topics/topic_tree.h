#ifndef DATELINE_SERVICES_CATALOG_STORE_TOPICS_TOPIC_TREE_H_
#define DATELINE_SERVICES_CATALOG_STORE_TOPICS_TOPIC_TREE_H_

#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace dateline::catalog::store {

// The parents of topics, by key.
using TopicParents = std::multimap<int64_t, int64_t>;

// A shortest way from `from` up to one of `to`, both ends included; empty if there is none. Pure.
std::vector<int64_t> WayUp(const TopicParents& parents, int64_t from, const std::set<int64_t>& to);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_TOPICS_TOPIC_TREE_H_
