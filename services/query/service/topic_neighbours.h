#ifndef DATELINE_SERVICES_QUERY_SERVICE_TOPIC_NEIGHBOURS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_TOPIC_NEIGHBOURS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "dateline/content/v1/topic.pb.h"
#include "services/query/replica/read/list.h"
#include "services/query/service/view.h"

namespace dateline::query::service {

// The topics around a topic, each once: its parents, its children, and those that its newest
// articles carry too, most frequent first. `query` is the list of its articles from the beginning.
// Bounded in number, in what is looked at and in bytes, which are taken from `budget`; what has no
// room is given by its name.
std::vector<content::v1::Topic> TopicNeighbours(const View& view, const content::v1::Topic& topic,
                                                replica::ListQuery query, size_t* budget);

// The articles that are pinned to a topic and visible, in the editors' order.
struct Pinned {
  uint64_t article;
  replica::Slot slot;
};
std::vector<Pinned> PinnedArticles(const View& view, uint64_t topic);

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_TOPIC_NEIGHBOURS_H_
