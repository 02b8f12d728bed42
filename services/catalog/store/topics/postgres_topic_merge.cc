#include <set>
#include <string>
#include <vector>

#include "services/catalog/store/postgres_merge.h"
#include "services/catalog/store/topics/postgres_topic_rows.h"
#include "services/catalog/store/topics/topic_store.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Topic;

// The parents that a topic has, merged ones as their targets.
std::vector<int64_t> ParentsOf(pqxx::transaction_base& transaction, int64_t key) {
  std::vector<int64_t> parents;
  for (const pqxx::row& row : transaction.exec_params(
           "SELECT coalesce(t.merged_into, t.key) FROM catalog.topic_parents p "
           "JOIN catalog.topics t ON t.key = p.parent_key WHERE p.topic_key = $1 "
           "ORDER BY p.position",
           key)) {
    parents.push_back(Int(row[0]));
  }
  return parents;
}

}  // namespace

absl::StatusOr<Written<Topic>> TopicStore::MergeTopics(const RequestContext& context,
                                                       const WriteOptions& options,
                                                       const std::string& target_id,
                                                       const std::vector<std::string>& merged_ids) {
  return WriteResource<Topic>(
      postgres_, context, options, kTopicTable,
      [&](pqxx::transaction_base& transaction, const LogContext& log,
          Written<Topic>* written) -> absl::StatusOr<int64_t> {
        LockTree(transaction);
        DATELINE_ASSIGN_OR_RETURN(auto merge, LockMerge<Topic>(transaction, kTopicTable, target_id,
                                                               merged_ids, options.etag));
        const int64_t target = merge.target.key;
        DATELINE_RETURN_IF_ERROR(CheckAlive(merge.target.message));
        std::set<int64_t> merged;
        for (LockedTopic& topic : merge.merged) {
          DATELINE_RETURN_IF_ERROR(CheckAlive(topic.message));
          merged.insert(topic.key);
        }
        // The merged ones stand where the target does: it must not be below them.
        DATELINE_RETURN_IF_ERROR(CheckNotAbove(transaction, target, ParentsOf(transaction, target),
                                               merged, "merged", "must not be above the target"));
        std::vector<ChangeRow> pins;
        for (LockedTopic& topic : merge.merged) {
          topic.message.set_state(content::v1::TOPIC_STATE_MERGED);
          topic.message.clear_parents();
          WriteParents(transaction, topic.key, {});
          if (const auto row = WritePins(transaction, topic.key, {})) pins.push_back(*row);
        }
        DATELINE_ASSIGN_OR_RETURN(
            std::vector<ChangeRow> changes,
            StoreMerged(
                transaction, context, log, options, kTopicTable,
                [&](const Topic& topic) { return TopicColumns(transaction, topic, target); },
                &merge));
        changes.insert(changes.end(), pins.begin(), pins.end());
        written->position = AppendChanges(transaction, log, changes);
        written->message = std::move(merge.target.message);
        return target;
      });
}

}  // namespace dateline::catalog::store
