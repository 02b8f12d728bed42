#include <set>
#include <string>

#include "absl/strings/str_join.h"
#include "common/text/slug.h"
#include "services/catalog/store/postgres_resources.h"
#include "services/catalog/store/topics/topic_store.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Topic;

constexpr ResourceTable kTopicTable = {v1::RESOURCE_KIND_TOPIC, api::kTopics, "topic"};

// The tree's shape is decided one write at a time, or two writes could form a cycle together.
constexpr char kLockTree[] = "SELECT pg_advisory_xact_lock(hashtext('catalog.topic_parents'))";

// Every name and alias, folded as matching folds it.
std::set<std::string> FoldedNames(const Topic& topic) {
  std::set<std::string> folded = {text::Fold(topic.display_name())};
  for (const auto& [language, name] : topic.display_names()) folded.insert(text::Fold(name));
  for (const std::string& alias : topic.aliases()) folded.insert(text::Fold(alias));
  folded.erase("");
  return folded;
}

void WriteNames(pqxx::transaction_base& transaction, int64_t key, const Topic& topic) {
  ArrayParam names;
  for (const std::string& name : FoldedNames(topic)) names.AddText(name);
  transaction.exec_params("DELETE FROM catalog.topic_names WHERE topic_key = $1", key);
  transaction.exec_params(
      "INSERT INTO catalog.topic_names (topic_key, folded) SELECT $1, unnest($2::text[])", key,
      names.str());
}

// Stores the parents. RESOURCE_NOT_FOUND for one that does not exist, INVALID_FIELD for a cycle.
absl::Status WriteParents(pqxx::transaction_base& transaction, int64_t key, const Topic& topic) {
  transaction.exec_params("DELETE FROM catalog.topic_parents WHERE topic_key = $1", key);
  if (topic.parents().empty()) return absl::OkStatus();
  transaction.exec(kLockTree);
  ArrayParam ids;
  for (const std::string& parent : topic.parents())
    ids.AddText(api::IdInName(api::kTopics, parent));
  const pqxx::result rows = transaction.exec_params(
      "SELECT p.id, t.key FROM unnest($1::text[]) WITH ORDINALITY AS p(id, position) "
      "LEFT JOIN catalog.topics t ON t.id = p.id AND t.state IN (1, 2) ORDER BY p.position",
      ids.str());
  ArrayParam keys;
  for (const pqxx::row& row : rows) {
    if (row[1].is_null()) return error::ResourceNotFound(api::MakeName(api::kTopics, Text(row[0])));
    keys.Add(Int(row[1]));
  }
  const pqxx::result cycle = transaction.exec_params(
      "WITH RECURSIVE above(key) AS (SELECT unnest($1::bigint[]) UNION "
      "SELECT p.parent_key FROM catalog.topic_parents p JOIN above ON p.topic_key = above.key) "
      "SELECT 1 FROM above WHERE key = $2",
      keys.str(), key);
  if (!cycle.empty()) {
    return error::InvalidField("topic.parents", "must not lead back to the topic itself");
  }
  transaction.exec_params(
      "INSERT INTO catalog.topic_parents (topic_key, parent_key, position) "
      "SELECT $1, p.key, p.position FROM unnest($2::bigint[]) WITH ORDINALITY AS p(key, position)",
      key, keys.str());
  return absl::OkStatus();
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
        DATELINE_ASSIGN_OR_RETURN(
            const int64_t key,
            InsertResource(transaction, log, kTopicTable, ", state, kind, folded",
                           absl::StrCat(", ", static_cast<int>(topic.state()), ", ",
                                        static_cast<int>(topic.kind()), ", ",
                                        transaction.quote(text::Fold(topic.display_name()))),
                           written));
        WriteNames(transaction, key, topic);
        DATELINE_RETURN_IF_ERROR(WriteParents(transaction, key, topic));
        return key;
      });
}

absl::StatusOr<Written<Topic>> TopicStore::UpdateTopic(
    const RequestContext& context, const WriteOptions& options, absl::string_view id,
    const std::function<absl::Status(Topic*)>& change) {
  return WriteResource<Topic>(
      postgres_, context, options, kTopicTable,
      [&](pqxx::transaction_base& transaction, const LogContext& log,
          Written<Topic>* written) -> absl::StatusOr<int64_t> {
        const pqxx::result rows = transaction.exec_params(
            "SELECT key, version, message FROM catalog.topics WHERE id = $1 FOR UPDATE",
            std::string(id));
        if (rows.empty()) return error::ResourceNotFound(api::MakeName(api::kTopics, id));
        const int64_t key = Int(rows[0][0]);
        const int64_t version = Int(rows[0][1]) + 1;
        ParseStored(Bytes(rows[0][2]), &written->message);
        DATELINE_RETURN_IF_ERROR(change(&written->message));
        uint64_t digest = 0;
        const std::string bytes =
            EncodeResource(version, TimeToProto(log.now), &written->message, &digest);
        DATELINE_RETURN_IF_ERROR(CheckStateSize(kTopicTable, bytes.size()));
        transaction.exec_params(
            "UPDATE catalog.topics SET version = $2, digest = $3, state = $4, message = $5, "
            "kind = $6, folded = $7, change_xid = pg_current_xact_id() WHERE key = $1",
            key, version, static_cast<int64_t>(digest), static_cast<int>(written->message.state()),
            pqxx::binarystring(bytes), static_cast<int>(written->message.kind()),
            text::Fold(written->message.display_name()));
        WriteNames(transaction, key, written->message);
        DATELINE_RETURN_IF_ERROR(WriteParents(transaction, key, written->message));
        written->position = AppendChanges(
            transaction, log, {{v1::RESOURCE_KIND_TOPIC, key, version, v1::CHANGE_KIND_UPDATED}});
        return key;
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
    absl::StrAppend(&condition,
                    " AND key IN (SELECT p.topic_key FROM catalog.topic_parents p "
                    "JOIN catalog.topics t ON t.key = p.parent_key WHERE t.id = '",
                    filter.parent_id, "')");
  }
  return ListResources<Topic>(postgres_, context, kTopicTable, after_id, limit, condition,
                              text::Fold(filter.prefix));
}

}  // namespace dateline::catalog::store
