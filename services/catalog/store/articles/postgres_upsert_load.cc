#include "services/catalog/store/articles/postgres_upsert_load.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/catalog/store/articles/postgres_article_rows.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_params.h"
#include "services/catalog/upsert/names.h"
#include "services/catalog/upsert/times.h"

namespace dateline::catalog::store {
namespace {

using upsert::WorkingArticle;

constexpr int32_t kDefaultRank = 100;

std::string KeyArray(const std::vector<int64_t>& keys) {
  ArrayParam param;
  for (const int64_t key : keys) param.Add(key);
  return param.str();
}

// Reads origins of the articles that `batch` holds already; the delivering source's only, and
// without proposals, if `own_only` is set.
void LoadOrigins(pqxx::transaction_base& transaction, const std::vector<int64_t>& keys,
                 bool own_only, UpsertBatch* batch) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat(
          "SELECT article_key, winner, ", kOriginColumns,
          " FROM (SELECT article_key, winner, source, entry_id, rank, content_hash, "
          "observe_time, create_time, CASE WHEN $3 THEN NULL ELSE proposal END AS proposal "
          "FROM catalog.origins WHERE article_key = ANY ($1::bigint[]) "
          "AND (NOT $3 OR source = $2)) AS o ORDER BY ",
          kOriginOrder),
      KeyArray(keys), batch->delivery.source, own_only);
  for (const pqxx::row& row : rows) {
    WorkingArticle& working = batch->articles[Int(row[0])];
    if (row[1].as<bool>()) working.winner = working.record.origins_size();
    *working.record.add_origins() = ParseOrigin(row, 2);
  }
}

// Keys of existing resources by name.
void LoadKeys(pqxx::transaction_base& transaction, const char* collection, const char* condition,
              const std::set<std::string>& names, absl::flat_hash_map<std::string, int64_t>* out) {
  if (names.empty()) return;
  ArrayParam ids;
  for (const std::string& name : names) ids.AddText(IdInName(collection, name));
  const pqxx::result rows =
      transaction.exec_params(absl::StrCat("SELECT id, key FROM catalog.", collection,
                                           " WHERE id = ANY ($1::text[]) AND ", condition),
                              ids.str());
  for (const pqxx::row& row : rows) {
    (*out)[MakeName(collection, Text(row[0]))] = Int(row[1]);
  }
}

}  // namespace

absl::Status LoadDelivery(pqxx::transaction_base& transaction, UpsertBatch* batch) {
  static const std::string query =
      absl::StrCat("SELECT ", kLogColumns,
                   ", p.key, p.message, l.epoch FROM catalog.log_meta AS m "
                   "LEFT JOIN catalog.publications p ON p.id = $1 AND NOT p.deleted "
                   "LEFT JOIN catalog.source_leases l ON l.source = $2");
  const v1::BatchUpsertArticlesRequest& request = *batch->request;
  const pqxx::result rows = transaction.exec_params(
      query, std::string(IdInName(kPublications, request.publication())), request.source());
  if (rows.empty()) return error::Internal("the change log has no identity");
  DATELINE_ASSIGN_OR_RETURN(batch->log, ParseLogContext(rows[0]));
  if (rows[0][7].is_null()) return error::ResourceNotFound(request.publication());
  batch->publication_key = Int(rows[0][7]);
  ParseStored(Bytes(rows[0][8]), &batch->publication);
  batch->seen_epoch = Int(rows[0][9]);
  if (request.lease_epoch() > 0 && request.lease_epoch() < batch->seen_epoch) {
    return error::LeaseLost(request.source());
  }
  batch->delivery.source = request.source();
  batch->delivery.rank = request.source_rank() == 0 ? kDefaultRank : request.source_rank();
  batch->delivery.feed_wins = request.feed_wins();
  batch->delivery.now = batch->log.now;
  return absl::OkStatus();
}

void LoadHolders(pqxx::transaction_base& transaction, UpsertBatch* batch) {
  ArrayParam kinds;
  BlobParam keys;
  for (int i = 0; i < batch->size(); ++i) {
    if (batch->rejected(i)) continue;
    for (const v1::IdentityKey& key : batch->item(i).keys()) {
      kinds.Add(key.kind());
      keys.Add(key.key());
    }
  }
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat(
          "SELECT i.kind, i.key, i.article_key, ", Micros("a.publish_time"),
          ", EXISTS (SELECT FROM catalog.origins o WHERE o.article_key = i.article_key "
          "AND o.source = $6) FROM unnest($1::smallint[], $2::int[], $3::int[]) AS w(kind, o, l) "
          "JOIN catalog.identities i ON i.publication_key = $5 AND i.kind = w.kind "
          "AND i.key = substring($4::bytea FROM w.o FOR w.l) "
          "JOIN catalog.articles a ON a.key = i.article_key"),
      kinds.str(), keys.offsets(), keys.lengths(), keys.bytes(), batch->publication_key,
      batch->delivery.source);
  for (const pqxx::row& row : rows) {
    batch->holders[{static_cast<int>(Int(row[0])), Bytes(row[1])}] =
        IdentityHolder{Int(row[2]), *Time(row[3]), row[4].as<bool>()};
  }
}

void LoadReferences(pqxx::transaction_base& transaction, UpsertBatch* batch) {
  std::set<std::string> topics, authors;
  for (int i = 0; i < batch->size(); ++i) {
    if (batch->rejected(i)) continue;
    for (const auto& topic : batch->item(i).article().topics()) topics.insert(topic.topic());
    for (const auto& byline : batch->item(i).article().bylines()) {
      if (!byline.author().empty()) authors.insert(byline.author());
    }
  }
  LoadKeys(transaction, kTopics, "state <> 4", topics, &batch->topic_keys);
  LoadKeys(transaction, kAuthors, "NOT deleted", authors, &batch->author_keys);
}

void LoadKeptTopics(pqxx::transaction_base& transaction, UpsertBatch* batch) {
  std::set<std::string> topics;
  for (const auto& [key, working] : batch->articles) {
    if (!working.content_changed) continue;
    for (const auto& topic : working.article.topics()) {
      if (!batch->topic_keys.contains(topic.topic())) topics.insert(topic.topic());
    }
  }
  LoadKeys(transaction, kTopics, "state <> 4", topics, &batch->topic_keys);
}

void PeekArticles(pqxx::transaction_base& transaction, const std::vector<int64_t>& keys,
                  UpsertBatch* batch) {
  if (keys.empty()) return;
  const pqxx::result rows = transaction.exec_params(
      "SELECT key, id, state, version, change_xid::text FROM catalog.articles "
      "WHERE key = ANY ($1::bigint[])",
      KeyArray(keys));
  for (const pqxx::row& row : rows) {
    WorkingArticle& working = batch->articles[Int(row[0])];
    working.key = Int(row[0]);
    working.article.set_name(MakeName(kArticles, Text(row[1])));
    working.record.set_state(static_cast<content::v1::ArticleState>(Int(row[2])));
    working.record.set_version(Int(row[3]));
    working.change_xid = Unsigned(row[4]);
  }
  LoadOrigins(transaction, keys, /*own_only=*/true, batch);
}

void LockArticles(pqxx::transaction_base& transaction, const std::vector<int64_t>& keys,
                  UpsertBatch* batch) {
  if (keys.empty()) return;
  const std::string array = KeyArray(keys);
  transaction.exec_params(
      "SELECT FROM catalog.articles WHERE key = ANY ($1::bigint[]) ORDER BY key FOR UPDATE", array);
  // A second statement: the first one's snapshot may be older than what it waited for.
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat(
          "SELECT a.key, r.snapshot, ", kArticleColumns,
          ", a.path, a.simhash, a.cluster_key, (SELECT octet_length(s.snapshot) FROM "
          "catalog.article_revisions s WHERE s.article_key = a.key AND s.number = "
          "a.scheduled_revision) FROM catalog.articles a "
          "JOIN catalog.article_revisions r ON r.article_key = a.key "
          "AND r.number = CASE WHEN a.live_revision = 0 THEN a.revision ELSE a.live_revision END "
          "LEFT JOIN catalog.clusters c ON c.key = a.cluster_key "
          "WHERE a.key = ANY ($1::bigint[])"),
      array);
  constexpr int kFirst = 2;
  constexpr int kBehind = kFirst + kArticleColumnCount;
  for (const pqxx::row& row : rows) {
    WorkingArticle working;
    working.key = Int(row[0]);
    working.publication_key = batch->publication_key;
    ArticleRow parsed = ParseArticleRow(row, kFirst);
    ParseStored(Bytes(row[1]) + EncodeRowFields(parsed.article), &working.article);
    working.record = std::move(parsed.record);
    working.change_xid = parsed.change_xid;
    working.editor_revised = parsed.editor_revised;
    working.article.set_path(Text(row[kBehind]));
    working.simhash = static_cast<uint64_t>(Int(row[kBehind + 1]));
    working.cluster_key = Int(row[kBehind + 2]);
    working.scheduled_bytes = static_cast<size_t>(Int(row[kBehind + 3]));
    working.locked = true;
    batch->articles[working.key] = std::move(working);
  }
  LoadOrigins(transaction, keys, /*own_only=*/false, batch);
}

}  // namespace dateline::catalog::store
