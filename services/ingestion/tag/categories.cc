#include "services/ingestion/tag/categories.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "common/text/slug.h"
#include "common/text/white_space.h"

namespace dateline::ingestion {

TopicIndex::TopicIndex(const std::vector<TopicName>& names) {
  ids_.reserve(names.size());
  for (const TopicName& name : names) {
    std::string folded = text::Fold(name.name);
    if (!folded.empty()) ids_.try_emplace(std::move(folded), name.topic_id);
  }
}

std::optional<std::string> TopicIndex::Find(absl::string_view name) const {
  const auto found = ids_.find(text::Fold(name));
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

MappedCategories MapCategories(const std::vector<std::string>& categories,
                               const std::vector<const TopicIndex*>& lookups) {
  MappedCategories result;
  absl::flat_hash_set<std::string> topics, unknown;
  for (const std::string& category : categories) {
    std::string name = text::CollapseWhiteSpace(category);
    if (name.empty()) continue;
    std::optional<std::string> topic;
    for (const TopicIndex* lookup : lookups) {
      topic = lookup->Find(name);
      if (topic) break;
    }
    if (topic) {
      if (topics.insert(*topic).second) result.topic_ids.push_back(*std::move(topic));
    } else if (unknown.insert(text::Fold(name)).second) {
      result.unknown.push_back(std::move(name));
    }
  }
  return result;
}

}  // namespace dateline::ingestion
