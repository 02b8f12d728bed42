#include <cstdint>
#include <set>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/pg/transaction.h"
#include "services/catalog/article/topics.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/articles/postgres_article_load.h"
#include "services/catalog/store/articles/postgres_article_write.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

constexpr char kMethod[] = "DeleteTopic";
constexpr char kReason[] = "a topic was deleted";
// So that a transaction takes some 100 ms of the 250 that it may take.
constexpr int kMaxShare = 100;

// Of a deleted topic and what was merged into it.
struct DeletedTopics {
  ArrayParam keys;
  absl::flat_hash_set<std::string> names;
};

DeletedTopics LoadDeleted(pqxx::transaction_base& transaction, const std::string& topic_id) {
  DeletedTopics deleted;
  for (const pqxx::row& row : transaction.exec_params(
           "SELECT t.key, t.id FROM catalog.topics d JOIN catalog.topics t "
           "ON t.key = d.key OR t.merged_into = d.key WHERE d.id = $1 AND t.state = 4",
           topic_id)) {
    deleted.keys.Add(Int(row[0]));
    deleted.names.insert(api::MakeName(api::kTopics, Text(row[1])));
  }
  return deleted;
}

}  // namespace

absl::StatusOr<std::optional<content::v1::LogPosition>> ArticleStore::RemoveTopic(
    const RequestContext& context, const std::string& topic_id) {
  std::optional<content::v1::LogPosition> position;
  for (int64_t last = 0;;) {
    std::set<int64_t> articles;
    std::optional<content::v1::LogPosition> written;
    DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
        *postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
          articles.clear();
          written.reset();
          const DeletedTopics deleted = LoadDeleted(transaction, topic_id);
          for (const pqxx::row& row :
               transaction.exec_params("SELECT DISTINCT article_key FROM catalog.article_topics "
                                       "WHERE topic_key = ANY ($1::bigint[]) AND article_key > $2 "
                                       "ORDER BY article_key LIMIT $3",
                                       deleted.keys.str(), last, kMaxShare)) {
            articles.insert(Int(row[0]));
          }
          if (articles.empty()) return absl::OkStatus();
          ArticleBatch batch;
          DATELINE_ASSIGN_OR_RETURN(batch.log, ReadLogContext(transaction));
          batch.editor = batch.caller = context.caller();
          batch.method = kMethod;
          batch.reason = kReason;
          LockArticles(transaction, articles, &batch);
          for (auto& [key, working] : batch.articles) {
            article::RemoveTopics(deleted.names, &working);
          }
          if (!batch.writes()) return absl::OkStatus();
          DATELINE_ASSIGN_OR_RETURN(written, WriteArticles(transaction, &batch));
          return absl::OkStatus();
        }));
    if (articles.empty()) return position;
    last = *articles.rbegin();
    if (!written.has_value()) continue;
    position = written;
    postgres_.on_commit();
  }
}

}  // namespace dateline::catalog::store
