#include <string>
#include <vector>

#include "common/pg/transaction.h"
#include "services/catalog/store/topics/postgres_topic_rows.h"
#include "services/catalog/store/topics/topic_store.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Topic;

// Pins as they are stored.
struct StoredPins {
  Pins pins;
  int64_t version = 0;
  uint64_t change_xid = 0;  // Of the topic's last change if there are none.
};

// The pins of a topic; of a merged one, those of its target. RESOURCE_NOT_FOUND.
absl::StatusOr<StoredPins> ReadPins(pqxx::transaction_base& transaction, absl::string_view id) {
  const pqxx::result rows = transaction.exec_params(
      "SELECT coalesce(n.version, 0), coalesce(n.digest, 0), "
      "coalesce(n.change_xid, r.change_xid)::text FROM catalog.topics t "
      "JOIN catalog.topics r ON r.key = coalesce(t.merged_into, t.key) "
      "LEFT JOIN catalog.pins n ON n.topic_key = r.key WHERE t.id = $1",
      std::string(id));
  if (rows.empty()) return error::ResourceNotFound(api::MakeName(api::kTopics, id));
  StoredPins stored;
  stored.version = Int(rows[0][0]);
  stored.pins.etag = MakeEtag(stored.version, static_cast<uint64_t>(Int(rows[0][1])));
  stored.change_xid = Unsigned(rows[0][2]);
  for (const pqxx::row& row : transaction.exec_params(
           "SELECT a.id FROM catalog.topics t "
           "JOIN catalog.pins n ON n.topic_key = coalesce(t.merged_into, t.key), "
           "unnest(n.articles) WITH ORDINALITY AS u(key, i) "
           "JOIN catalog.articles a ON a.key = u.key WHERE t.id = $1 ORDER BY u.i",
           std::string(id))) {
    stored.pins.articles.push_back(api::MakeName(api::kArticles, Text(row[0])));
  }
  return stored;
}

// Until the end of the transaction nobody deletes these articles or takes them down.
void HoldArticles(pqxx::transaction_base& transaction, const std::vector<std::string>& ids) {
  ArrayParam array;
  for (const std::string& id : ids) array.AddText(id);
  transaction.exec_params(
      "SELECT FROM catalog.articles WHERE id = ANY ($1::text[]) ORDER BY key FOR SHARE",
      array.str());
}

// The keys of articles that may be pinned. RESOURCE_NOT_FOUND; STATE_CONFLICT.
absl::StatusOr<std::vector<int64_t>> PinnableArticles(pqxx::transaction_base& transaction,
                                                      const std::vector<std::string>& ids) {
  ArrayParam array;
  for (const std::string& id : ids) array.AddText(id);
  std::vector<int64_t> keys;
  for (const pqxx::row& row : transaction.exec_params(
           "SELECT w.id, a.key, a.state FROM unnest($1::text[]) WITH ORDINALITY AS w(id, n) "
           "LEFT JOIN catalog.articles a ON a.id = w.id ORDER BY w.n",
           array.str())) {
    const std::string name = api::MakeName(api::kArticles, Text(row[0]));
    if (row[1].is_null()) return error::ResourceNotFound(name);
    const auto state = static_cast<content::v1::ArticleState>(Int(row[2]));
    if (state == content::v1::ARTICLE_STATE_DELETED ||
        state == content::v1::ARTICLE_STATE_TAKEN_DOWN) {
      return error::StateConflict(name, content::v1::ArticleState_Name(state));
    }
    keys.push_back(Int(row[1]));
  }
  return keys;
}

}  // namespace

absl::StatusOr<Written<Pins>> TopicStore::GetPins(const RequestContext& context,
                                                  absl::string_view id) {
  Written<Pins> pins;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true, .repeatable_read = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        DATELINE_ASSIGN_OR_RETURN(StoredPins stored, ReadPins(transaction, id));
        pins = {std::move(stored.pins), log.ChangePosition(stored.change_xid)};
        return absl::OkStatus();
      }));
  return pins;
}

absl::StatusOr<Written<Pins>> TopicStore::SetPins(const RequestContext& context,
                                                  const WriteOptions& options,
                                                  const std::string& id,
                                                  const std::vector<std::string>& article_ids) {
  Written<Pins> written;
  DATELINE_ASSIGN_OR_RETURN(
      written.position,
      WriteOnce(
          postgres_, context, options,
          [&](pqxx::transaction_base& transaction,
              const LogContext& log) -> absl::StatusOr<WrittenResource> {
            // Articles before topics, as a takedown does. Who changes pins holds their topic's row.
            HoldArticles(transaction, article_ids);
            DATELINE_ASSIGN_OR_RETURN(
                const LockedTopic topic,
                LockResource<Topic>(transaction, kTopicTable, id, /*etag=*/"", RowLock::kChange));
            DATELINE_ASSIGN_OR_RETURN(StoredPins stored, ReadPins(transaction, id));
            if (!options.etag.empty() && options.etag != stored.pins.etag) {
              return error::EtagMismatch(topic.message.name());
            }
            DATELINE_RETURN_IF_ERROR(CheckAlive(topic.message));
            DATELINE_ASSIGN_OR_RETURN(const auto keys, PinnableArticles(transaction, article_ids));
            content::v1::LogPosition position = log.ChangePosition(stored.change_xid);
            if (const auto row = WritePins(transaction, topic.key, keys)) {
              position = AppendChanges(transaction, log, {*row});
              DATELINE_ASSIGN_OR_RETURN(stored, ReadPins(transaction, id));
            }
            written.message = std::move(stored.pins);
            return WrittenResource{topic.key, topic.message.name(), stored.version, position};
          },
          [&](pqxx::transaction_base& transaction, const EarlierWrite&) -> absl::Status {
            DATELINE_ASSIGN_OR_RETURN(StoredPins stored, ReadPins(transaction, id));
            written.message = std::move(stored.pins);
            return absl::OkStatus();
          }));
  return written;
}

}  // namespace dateline::catalog::store
