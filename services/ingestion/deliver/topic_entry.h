#ifndef DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_ENTRY_H_
#define DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_ENTRY_H_

#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/topic.pb.h"
#include "services/ingestion/tag/categories.h"

namespace dateline::ingestion::deliver {

// What tagging needs of a topic. Pure.
TopicEntry EntryOf(const content::v1::Topic& topic);

// The same of a topic's state in the catalog's feed; a tombstone has no names. Pure.
TopicEntry EntryOf(const catalog::v1::ResourceState& state);

}  // namespace dateline::ingestion::deliver

#endif  // DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_ENTRY_H_
