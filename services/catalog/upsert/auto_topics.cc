#include "services/catalog/upsert/auto_topics.h"

#include "absl/container/flat_hash_set.h"
#include "common/base/limits.h"

namespace dateline::catalog::upsert {

std::vector<std::string> AddAutoTopics(const std::vector<std::string>& topics,
                                       const std::vector<std::string>& suppressed,
                                       content::v1::Article* article) {
  absl::flat_hash_set<std::string> taken(suppressed.begin(), suppressed.end());
  for (const content::v1::ArticleTopic& topic : article->topics()) taken.insert(topic.topic());
  std::vector<std::string> added;
  for (const std::string& topic : topics) {
    if (article->topics_size() >= limits::kMaxTopicsPerArticle) break;
    if (!taken.insert(topic).second) continue;
    content::v1::ArticleTopic& entry = *article->add_topics();
    entry.set_topic(topic);
    entry.set_origin(content::v1::TOPIC_ORIGIN_AUTO);
    added.push_back(topic);
  }
  return added;
}

}  // namespace dateline::catalog::upsert
