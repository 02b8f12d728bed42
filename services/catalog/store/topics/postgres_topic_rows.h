#ifndef DATELINE_SERVICES_CATALOG_STORE_TOPICS_POSTGRES_TOPIC_ROWS_H_
#define DATELINE_SERVICES_CATALOG_STORE_TOPICS_POSTGRES_TOPIC_ROWS_H_

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "dateline/content/v1/topic.pb.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/postgres_resources.h"

// The rows of topics, their names, their parents and their pins, for all that writes them.
namespace dateline::catalog::store {

// Where topics are kept.
inline constexpr ResourceTable kTopicTable = {v1::RESOURCE_KIND_TOPIC, api::kTopics, "topic"};

// A topic whose row this transaction holds.
using LockedTopic = LockedResource<content::v1::Topic>;

// The columns that follow from a topic, for StoreResource. `merged_into` is the key of its target;
// 0 for none.
std::string TopicColumns(pqxx::transaction_base& transaction, const content::v1::Topic& topic,
                         int64_t merged_into = 0);

// Makes every name and alias of a topic, folded as matching folds it, those that it is found by.
void WriteNames(pqxx::transaction_base& transaction, int64_t key, const content::v1::Topic& topic);

// STATE_CONFLICT unless the topic is ACTIVE or PROPOSED.
absl::Status CheckAlive(const content::v1::Topic& topic);

// The tree's shape is decided one write at a time, or two writes could form a cycle together. Taken
// before any row is locked.
void LockTree(pqxx::transaction_base& transaction);

// The keys of a topic's parents, each once; names in it the targets of merged ones in their place.
// RESOURCE_NOT_FOUND for one that does not exist.
absl::StatusOr<std::vector<int64_t>> ResolveParents(pqxx::transaction_base& transaction,
                                                    content::v1::Topic* topic);

// Makes these the parents of a topic.
void WriteParents(pqxx::transaction_base& transaction, int64_t key,
                  const std::vector<int64_t>& parents);

// INVALID_FIELD, with the way that leads there, if one of `tops` is among the parents that `key` is
// to have, or stands above these. `field` is the request's, `why` what of it is wrong.
absl::Status CheckNotAbove(pqxx::transaction_base& transaction, int64_t key,
                           const std::vector<int64_t>& parents, const std::set<int64_t>& tops,
                           absl::string_view field, absl::string_view why);

// Sets a topic's pins to these articles. The row for the log; none if they were so already.
std::optional<ChangeRow> WritePins(pqxx::transaction_base& transaction, int64_t topic_key,
                                   const std::vector<int64_t>& article_keys);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_TOPICS_POSTGRES_TOPIC_ROWS_H_
