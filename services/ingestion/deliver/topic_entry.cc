#include "services/ingestion/deliver/topic_entry.h"

#include <algorithm>

namespace dateline::ingestion::deliver {
namespace {

TopicLife LifeOf(content::v1::TopicState state) {
  switch (state) {
    case content::v1::TOPIC_STATE_PROPOSED:
      return TopicLife::kProposed;
    case content::v1::TOPIC_STATE_MERGED:
      return TopicLife::kMerged;
    case content::v1::TOPIC_STATE_DELETED:
      return TopicLife::kDeleted;
    default:
      return TopicLife::kActive;
  }
}

bool IsProper(content::v1::TopicKind kind) {
  return kind == content::v1::TOPIC_KIND_PLACE || kind == content::v1::TOPIC_KIND_PERSON ||
         kind == content::v1::TOPIC_KIND_ORGANISATION || kind == content::v1::TOPIC_KIND_EVENT;
}

}  // namespace

TopicEntry EntryOf(const content::v1::Topic& topic) {
  TopicEntry entry;
  entry.name = topic.name();
  entry.version = topic.version();
  entry.life = LifeOf(topic.state());
  entry.proper = IsProper(topic.kind());
  entry.merged_into = topic.merged_into();
  entry.display_name = topic.display_name();
  for (const auto& [language, name] : topic.display_names()) entry.other_names.push_back(name);
  // A map has no order, and equal entries must be equal.
  std::sort(entry.other_names.begin(), entry.other_names.end());
  entry.aliases.assign(topic.aliases().begin(), topic.aliases().end());
  return entry;
}

TopicEntry EntryOf(const catalog::v1::ResourceState& state) {
  if (state.has_topic()) {
    TopicEntry entry = EntryOf(state.topic());
    entry.name = state.name();
    entry.version = state.version();
    return entry;
  }
  TopicEntry entry;
  entry.name = state.name();
  entry.version = state.version();
  entry.life = TopicLife::kDeleted;
  return entry;
}

}  // namespace dateline::ingestion::deliver
