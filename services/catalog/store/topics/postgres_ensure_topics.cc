#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/position/position.h"
#include "common/text/slug.h"
#include "services/catalog/store/postgres_resources.h"
#include "services/catalog/store/topics/topic_store.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Topic;

constexpr char kMethod[] = "EnsureTopics";

// A topic as it is stored, with the transaction of its last change.
struct StoredTopic {
  Topic topic;
  uint64_t change_xid = 0;
};

// What stands for each of `topics`, by the name asked for: the one of this name, or else one that
// was deleted and is called the same, so that what an editor dismissed is not proposed again.
absl::flat_hash_map<std::string, StoredTopic> LoadTopics(pqxx::transaction_base& transaction,
                                                         const std::vector<Topic>& topics) {
  ArrayParam ids, folded;
  for (const Topic& topic : topics) {
    ids.AddText(api::IdInName(api::kTopics, topic.name()));
    folded.AddText(text::Fold(topic.display_name()));
  }
  absl::flat_hash_map<std::string, StoredTopic> stored;
  for (const pqxx::row& row : transaction.exec_params(
           "SELECT DISTINCT ON (w.id) w.id, t.message, t.change_xid::text "
           "FROM unnest($1::text[], $2::text[]) AS w(id, folded), LATERAL ("
           "SELECT message, change_xid, 0 AS rank, key FROM catalog.topics WHERE id = w.id "
           "UNION ALL SELECT g.message, g.change_xid, 1, g.key FROM catalog.topic_names n "
           "JOIN catalog.topics g ON g.key = n.topic_key AND g.state = 4 "
           "WHERE n.folded = w.folded AND w.folded <> '') AS t ORDER BY w.id, t.rank, t.key",
           ids.str(), folded.str())) {
    StoredTopic found;
    ParseStored(Bytes(row[1]), &found.topic);
    found.change_xid = Unsigned(row[2]);
    stored.emplace(api::MakeName(api::kTopics, Text(row[0])), std::move(found));
  }
  return stored;
}

// Inserts topics in the order of their ids, so that those who do so at once wait for each other and
// are never in each other's way; what somebody else has made meanwhile is left as it is. The keys
// of those made, by name.
std::map<std::string, int64_t> InsertMissing(pqxx::transaction_base& transaction,
                                             const LogContext& log,
                                             std::map<std::string, Topic> missing) {
  ArrayParam ids, digests, states, kinds, folded;
  BlobParam messages;
  for (auto& [name, topic] : missing) {
    uint64_t digest = 0;
    messages.Add(EncodeResource(1, TimeToProto(log.now), &topic, &digest));
    ids.AddText(api::IdInName(api::kTopics, name));
    digests.Add(static_cast<int64_t>(digest));
    states.Add(topic.state());
    kinds.Add(topic.kind());
    folded.AddText(text::Fold(topic.display_name()));
  }
  std::map<std::string, int64_t> made;
  for (const pqxx::row& row : transaction.exec_params(
           "INSERT INTO catalog.topics (id, version, digest, state, kind, folded, message) "
           "SELECT i, 1, d, s, k, f, substring($8::bytea FROM o FOR l) FROM unnest($1::text[], "
           "$2::bigint[], $3::smallint[], $4::smallint[], $5::text[], $6::int[], $7::int[]) "
           "WITH ORDINALITY AS u(i, d, s, k, f, o, l, n) ORDER BY n "
           "ON CONFLICT (id) DO NOTHING RETURNING id, key",
           ids.str(), digests.str(), states.str(), kinds.str(), folded.str(), messages.offsets(),
           messages.lengths(), messages.bytes())) {
    made[api::MakeName(api::kTopics, Text(row[0]))] = Int(row[1]);
  }
  return made;
}

// What belongs to new topics: their names, their audit, their changes. The last change's position.
content::v1::LogPosition RecordMade(pqxx::transaction_base& transaction,
                                    const RequestContext& context, const LogContext& log,
                                    const std::map<std::string, Topic>& missing,
                                    const std::map<std::string, int64_t>& made) {
  ArrayParam keys, folded;
  std::vector<ChangeRow> changes;
  for (const auto& [name, key] : made) {
    const std::string display = text::Fold(missing.at(name).display_name());
    if (!display.empty()) {
      keys.Add(key);
      folded.AddText(display);
    }
    AppendAudit(transaction, context, kMethod, name, 1);
    changes.push_back({v1::RESOURCE_KIND_TOPIC, key, 1, v1::CHANGE_KIND_CREATED});
  }
  transaction.exec_params(
      "INSERT INTO catalog.topic_names (topic_key, folded) "
      "SELECT * FROM unnest($1::bigint[], $2::text[])",
      keys.str(), folded.str());
  return AppendChanges(transaction, log, changes);
}

}  // namespace

absl::StatusOr<Written<std::vector<EnsuredTopic>>> TopicStore::EnsureTopics(
    const RequestContext& context, const std::vector<Topic>& topics) {
  Written<std::vector<EnsuredTopic>> answer;
  bool wrote = false;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        answer = {};
        wrote = false;
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        auto stored = LoadTopics(transaction, topics);
        std::map<std::string, Topic> missing;
        for (const Topic& topic : topics) {
          if (!stored.contains(topic.name())) missing.emplace(topic.name(), topic);
        }
        std::map<std::string, int64_t> made;
        if (!missing.empty()) {
          made = InsertMissing(transaction, log, missing);
          stored = LoadTopics(transaction, topics);
        }
        uint64_t change_xid = 0;
        for (const Topic& topic : topics) {
          const auto found = stored.find(topic.name());
          if (found == stored.end()) return error::Conflict();
          answer.message.push_back({found->second.topic, made.count(topic.name()) > 0});
          change_xid = std::max(change_xid, found->second.change_xid);
        }
        answer.position = log.ChangePosition(change_xid);
        wrote = !made.empty();
        if (!wrote) return absl::OkStatus();
        const auto position = RecordMade(transaction, context, log, missing, made);
        if (ComparePositions(answer.position, position) < 0) answer.position = position;
        return absl::OkStatus();
      }));
  if (wrote) postgres_.on_commit();
  return answer;
}

}  // namespace dateline::catalog::store
