#include "services/catalog/store/articles/postgres_article_load.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "services/catalog/article/lifecycle.h"
#include "services/catalog/store/articles/postgres_article_rows.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using article::WorkingArticle;

// Keys of existing resources by name, and names of those that merged ones stand for.
void LoadKeys(pqxx::transaction_base& transaction, const char* collection, const char* condition,
              const std::set<std::string>& names, ArticleBatch* batch,
              absl::flat_hash_map<std::string, int64_t>* out) {
  if (names.empty()) return;
  ArrayParam ids;
  for (const std::string& name : names) ids.AddText(api::IdInName(collection, name));
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT t.id, t.key, r.id, r.key FROM catalog.", collection,
                   " t LEFT JOIN catalog.", collection,
                   " r ON r.key = t.merged_into WHERE t.id = ANY ($1::text[]) AND ", condition),
      ids.str());
  for (const pqxx::row& row : rows) {
    std::string name = api::MakeName(collection, Text(row[0]));
    (*out)[name] = Int(row[1]);
    if (row[2].is_null()) continue;
    const std::string target = api::MakeName(collection, Text(row[2]));
    (*out)[target] = Int(row[3]);
    batch->merged[std::move(name)] = target;
  }
}

}  // namespace

void LockArticles(pqxx::transaction_base& transaction, const std::set<int64_t>& keys,
                  ArticleBatch* batch) {
  if (keys.empty()) return;
  const std::string array = KeyArray(keys);
  transaction.exec_params(
      "SELECT FROM catalog.articles WHERE key = ANY ($1::bigint[]) ORDER BY key FOR UPDATE", array);
  for (const int64_t key : keys) batch->articles.erase(key);
  // A second statement: the first one's snapshot may be older than what it waited for.
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT a.key, r.number, r.snapshot, a.publication_key, a.simhash, "
                   "a.cluster_key, a.no_clustering, ",
                   kArticleColumns,
                   " FROM catalog.articles a "
                   "JOIN catalog.article_revisions r ON r.article_key = a.key "
                   "AND r.number IN (a.live_revision, a.scheduled_revision, a.revision) "
                   "LEFT JOIN catalog.clusters c ON c.key = a.cluster_key "
                   "WHERE a.key = ANY ($1::bigint[])"),
      array);
  constexpr int kFirst = 7;
  for (const pqxx::row& row : rows) {
    WorkingArticle& working = batch->articles[Int(row[0])];
    ArticleRow parsed = ParseArticleRow(row, kFirst);
    working.record = std::move(parsed.record);
    const auto number = static_cast<int32_t>(Int(row[1]));
    const int32_t live = working.record.live_revision();
    if (number != (live > 0 ? live : parsed.article.revision())) {
      ParseStored(Bytes(row[2]), &working.waiting[number].content);
      continue;
    }
    ParseStored(Bytes(row[2]) + EncodeRowFields(parsed.article), &working.article);
    working.key = Int(row[0]);
    working.publication_key = Int(row[3]);
    working.simhash = static_cast<uint64_t>(Int(row[4]));
    working.cluster_key = Int(row[5]);
    working.no_clustering = row[6].as<bool>();
    working.change_xid = parsed.change_xid;
    working.editor_revised = parsed.editor_revised;
    working.locked = true;
  }
  for (const int64_t key : keys) {
    const auto found = batch->articles.find(key);
    if (found != batch->articles.end()) article::TurnIfDue(batch->log.now, &found->second);
  }
}

void LoadOrigins(pqxx::transaction_base& transaction, const std::set<int64_t>& keys,
                 const std::string& source, ArticleBatch* batch) {
  if (keys.empty()) return;
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT article_key, winner, ", kOriginColumns,
                   " FROM (SELECT article_key, winner, source, entry_id, rank, content_hash, "
                   "observe_time, create_time, CASE WHEN $2 = '' THEN proposal END AS proposal "
                   "FROM catalog.origins WHERE article_key = ANY ($1::bigint[]) "
                   "AND ($2 = '' OR source = $2)) AS o ORDER BY ",
                   kOriginOrder),
      KeyArray(keys), source);
  for (const pqxx::row& row : rows) {
    const auto found = batch->articles.find(Int(row[0]));
    if (found == batch->articles.end()) continue;
    WorkingArticle& working = found->second;
    if (row[1].as<bool>()) working.winner = working.record.origins_size();
    *working.record.add_origins() = ParseOrigin(row, 2);
  }
}

void LoadReferenceKeys(pqxx::transaction_base& transaction, const std::set<std::string>& topics,
                       const std::set<std::string>& authors, ArticleBatch* batch) {
  LoadKeys(transaction, api::kTopics, "t.state <> 4", topics, batch, &batch->topic_keys);
  LoadKeys(transaction, api::kAuthors, "NOT t.deleted", authors, batch, &batch->author_keys);
}

}  // namespace dateline::catalog::store
