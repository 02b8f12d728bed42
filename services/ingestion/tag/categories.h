#ifndef DATELINE_SERVICES_INGESTION_TAG_CATEGORIES_H_
#define DATELINE_SERVICES_INGESTION_TAG_CATEGORIES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/ingestion/tag/topic_matcher.h"

namespace dateline::ingestion {

// Topics by name and alias, compared folded (common/text/slug.h). Immutable and thread-safe once
// built.
class TopicIndex {
 public:
  // Where two topics have a name in common, the first one has it.
  explicit TopicIndex(const std::vector<TopicName>& names);

  // The topic of that name, nothing if there is none.
  std::optional<std::string> Find(absl::string_view name) const;

 private:
  absl::flat_hash_map<std::string, std::string> ids_;
};

// What a feed's categories stand for.
struct MappedCategories {
  std::vector<std::string> topic_ids;  // In the feed's order, each once.
  std::vector<std::string>
      unknown;  // Names of no topic, trimmed, each once: candidates for new ones.
};

// Looks each category up in each index in turn: a source's own rules first, then the topics' names.
// Empty categories are ignored. Thread-safe.
MappedCategories MapCategories(const std::vector<std::string>& categories,
                               const std::vector<const TopicIndex*>& lookups);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_CATEGORIES_H_
