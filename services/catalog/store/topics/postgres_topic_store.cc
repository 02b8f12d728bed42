#include <algorithm>
#include <string>

#include "absl/strings/str_join.h"
#include "common/text/slug.h"
#include "services/catalog/store/postgres_merge.h"
#include "services/catalog/store/topics/postgres_topic_rows.h"
#include "services/catalog/store/topics/topic_store.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Topic;

// RESOURCE_IN_USE if articles carry the topic, or one that was merged into it, or if topics stand
// below it.
absl::Status CheckUnused(pqxx::transaction_base& transaction, int64_t key,
                         const std::string& name) {
  const pqxx::result rows = transaction.exec_params(
      "WITH same AS (SELECT $1::bigint AS key UNION ALL "
      "SELECT key FROM catalog.topics WHERE merged_into = $1) "
      "SELECT (SELECT count(*) FROM (SELECT DISTINCT a.article_key FROM same "
      "JOIN catalog.article_topics a ON a.topic_key = same.key LIMIT $2::bigint + 1) AS u), "
      "(SELECT count(*) FROM (SELECT DISTINCT p.topic_key FROM same "
      "JOIN catalog.topic_parents p ON p.parent_key = same.key "
      "JOIN catalog.topics t ON t.key = p.topic_key AND t.state IN (1, 2) LIMIT $2::bigint + 1) "
      "AS u)",
      key, kMaxUsersCounted);
  const int64_t articles = Int(rows[0][0]);
  const int64_t topics = Int(rows[0][1]);
  if (articles == 0 && topics == 0) return absl::OkStatus();
  return error::ResourceInUse(name, absl::StrCat(DescribeUsers(articles, "articles"), ", ",
                                                 DescribeUsers(topics, "topics below it")));
}

// Changes a topic once per request_id: `change` does so under its row's lock, and returns what else
// changes with it.
absl::StatusOr<Written<Topic>> ChangeTopic(
    const StoreContext& postgres, const RequestContext& context, const WriteOptions& options,
    absl::string_view id, v1::ChangeKind kind,
    absl::FunctionRef<absl::StatusOr<std::vector<ChangeRow>>(pqxx::transaction_base&,
                                                             const LogContext&, LockedTopic*)>
        change) {
  const RowLock lock = kind == v1::CHANGE_KIND_DELETED ? RowLock::kDelete : RowLock::kChange;
  return WriteResource<Topic>(
      postgres, context, options, kTopicTable,
      [&](pqxx::transaction_base& transaction, const LogContext& log,
          Written<Topic>* written) -> absl::StatusOr<int64_t> {
        LockTree(transaction);
        DATELINE_ASSIGN_OR_RETURN(LockedTopic topic, LockResource<Topic>(transaction, kTopicTable,
                                                                         id, options.etag, lock));
        DATELINE_ASSIGN_OR_RETURN(std::vector<ChangeRow> changes, change(transaction, log, &topic));
        DATELINE_ASSIGN_OR_RETURN(const ChangeRow row,
                                  StoreResource(transaction, log, kTopicTable, kind,
                                                TopicColumns(transaction, topic.message), &topic));
        changes.push_back(row);
        written->position = AppendChanges(transaction, log, changes);
        written->message = std::move(topic.message);
        return topic.key;
      });
}

}  // namespace

absl::StatusOr<Written<Topic>> TopicStore::CreateTopic(const RequestContext& context,
                                                       const WriteOptions& options,
                                                       const Topic& topic) {
  return WriteResource<Topic>(
      postgres_, context, options, kTopicTable,
      [&](pqxx::transaction_base& transaction, const LogContext& log,
          Written<Topic>* written) -> absl::StatusOr<int64_t> {
        written->message = topic;
        if (!topic.parents().empty()) LockTree(transaction);
        DATELINE_ASSIGN_OR_RETURN(const auto parents,
                                  ResolveParents(transaction, &written->message));
        DATELINE_ASSIGN_OR_RETURN(
            const int64_t key,
            InsertResource(transaction, log, kTopicTable, ", state, kind, folded",
                           absl::StrCat(", ", static_cast<int>(topic.state()), ", ",
                                        static_cast<int>(topic.kind()), ", ",
                                        transaction.quote(text::Fold(topic.display_name()))),
                           written));
        WriteNames(transaction, key, topic);
        WriteParents(transaction, key, parents);
        return key;
      });
}

absl::StatusOr<Written<Topic>> TopicStore::UpdateTopic(
    const RequestContext& context, const WriteOptions& options, absl::string_view id,
    const std::function<absl::Status(Topic*)>& change) {
  return ChangeTopic(
      postgres_, context, options, id, v1::CHANGE_KIND_UPDATED,
      [&](pqxx::transaction_base& transaction, const LogContext&,
          LockedTopic* topic) -> absl::StatusOr<std::vector<ChangeRow>> {
        DATELINE_RETURN_IF_ERROR(CheckAlive(topic->message));
        const auto before = topic->message.parents();
        DATELINE_RETURN_IF_ERROR(change(&topic->message));
        WriteNames(transaction, topic->key, topic->message);
        // Those that it has may have been deleted since, which is not this call's matter.
        const auto& after = topic->message.parents();
        if (std::equal(before.begin(), before.end(), after.begin(), after.end())) {
          return std::vector<ChangeRow>();
        }
        DATELINE_ASSIGN_OR_RETURN(const auto parents, ResolveParents(transaction, &topic->message));
        DATELINE_RETURN_IF_ERROR(CheckNotAbove(transaction, topic->key, parents, {topic->key},
                                               "topic.parents",
                                               "must not lead back to the topic itself"));
        WriteParents(transaction, topic->key, parents);
        return std::vector<ChangeRow>();
      });
}

absl::StatusOr<Written<Topic>> TopicStore::DeleteTopic(
    const RequestContext& context, const WriteOptions& options, absl::string_view id, bool force,
    const std::function<absl::Status(const Topic&)>& check) {
  return ChangeTopic(
      postgres_, context, options, id, v1::CHANGE_KIND_DELETED,
      [&](pqxx::transaction_base& transaction, const LogContext& log,
          LockedTopic* topic) -> absl::StatusOr<std::vector<ChangeRow>> {
        DATELINE_RETURN_IF_ERROR(CheckAlive(topic->message));
        DATELINE_RETURN_IF_ERROR(check(topic->message));
        if (!force) {
          DATELINE_RETURN_IF_ERROR(CheckUnused(transaction, topic->key, topic->message.name()));
        }
        topic->message.set_state(content::v1::TOPIC_STATE_DELETED);
        // No way up leads through it any more.
        WriteParents(transaction, topic->key, {});
        std::vector<ChangeRow> changes;
        for (LockedTopic& merged : LockMergedInto<Topic>(transaction, kTopicTable, topic->key)) {
          merged.message.set_state(content::v1::TOPIC_STATE_DELETED);
          merged.message.clear_merged_into();
          DATELINE_ASSIGN_OR_RETURN(
              const ChangeRow row,
              StoreResource(transaction, log, kTopicTable, v1::CHANGE_KIND_DELETED,
                            TopicColumns(transaction, merged.message, topic->key), &merged));
          AppendAudit(transaction, context, options.method, merged.message.name(), merged.version);
          changes.push_back(row);
        }
        if (const auto row = WritePins(transaction, topic->key, {})) changes.push_back(*row);
        return changes;
      });
}

absl::StatusOr<Topic> TopicStore::GetTopic(const RequestContext& context, absl::string_view id) {
  return ReadResource<Topic>(postgres_, context, kTopicTable, id);
}

absl::StatusOr<Page<Topic>> TopicStore::ListTopics(const RequestContext& context,
                                                   const TopicFilter& filter,
                                                   absl::string_view after_id, int limit) {
  std::string condition =
      absl::StrCat("state IN (",
                   absl::StrJoin(filter.states, ", ",
                                 [](std::string* out, content::v1::TopicState state) {
                                   absl::StrAppend(out, static_cast<int>(state));
                                 }),
                   ")");
  if (filter.kind != content::v1::TOPIC_KIND_UNSPECIFIED) {
    absl::StrAppend(&condition, " AND kind = ", static_cast<int>(filter.kind));
  }
  if (!filter.prefix.empty()) absl::StrAppend(&condition, " AND starts_with(folded, $4)");
  if (!filter.parent_id.empty()) {
    if (!api::IsValidId(filter.parent_id)) return Page<Topic>();
    // Below a topic stands what is below those that were merged into it, too.
    absl::StrAppend(&condition,
                    " AND key IN (WITH r AS (SELECT coalesce(merged_into, key) AS key "
                    "FROM catalog.topics WHERE id = '",
                    filter.parent_id,
                    "') SELECT p.topic_key FROM catalog.topic_parents p WHERE p.parent_key IN "
                    "(SELECT key FROM r UNION ALL "
                    "SELECT t.key FROM catalog.topics t JOIN r ON t.merged_into = r.key))");
  }
  return ListResources<Topic>(postgres_, context, kTopicTable, after_id, limit, condition,
                              text::Fold(filter.prefix));
}

}  // namespace dateline::catalog::store
