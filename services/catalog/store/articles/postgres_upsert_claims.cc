#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "services/catalog/store/articles/postgres_upsert_write.h"
#include "services/catalog/store/postgres_params.h"
#include "services/catalog/upsert/names.h"
#include "services/catalog/upsert/path.h"

namespace dateline::catalog::store {
namespace {

using upsert::WorkingArticle;

// Longer and longer pieces of the article's own id; the last is the whole id, which is unique.
constexpr int kPathAttempts = 4;

// Inserts the paths of `waiting` in sorted order and takes out of it those that got theirs.
void InsertPaths(pqxx::transaction_base& transaction, int64_t publication_key,
                 std::vector<WorkingArticle*>* waiting) {
  std::sort(waiting->begin(), waiting->end(),
            [](const auto* a, const auto* b) { return a->article.path() < b->article.path(); });
  ArrayParam paths, keys;
  for (const WorkingArticle* working : *waiting) {
    paths.AddText(working->article.path());
    keys.Add(working->key);
  }
  const pqxx::result rows = transaction.exec_params(
      "INSERT INTO catalog.paths (publication_key, path, kind, article_key) "
      "SELECT $1, p, 1, k FROM unnest($2::text[], $3::bigint[]) AS u(p, k) "
      "ON CONFLICT (publication_key, path) DO NOTHING RETURNING article_key",
      publication_key, paths.str(), keys.str());
  absl::flat_hash_set<int64_t> done;
  for (const pqxx::row& row : rows) done.insert(Int(row[0]));
  waiting->erase(std::remove_if(waiting->begin(), waiting->end(),
                                [&](const auto* working) { return done.contains(working->key); }),
                 waiting->end());
}

}  // namespace

std::vector<int64_t> AllocateArticleKeys(pqxx::transaction_base& transaction, int count) {
  std::vector<int64_t> keys;
  if (count == 0) return keys;
  const pqxx::result rows = transaction.exec_params(
      "SELECT nextval(pg_get_serial_sequence('catalog.articles', 'key')) "
      "FROM generate_series(1, $1)",
      count);
  for (const pqxx::row& row : rows) keys.push_back(Int(row[0]));
  return keys;
}

absl::Status HoldLease(pqxx::transaction_base& transaction, const UpsertBatch& batch) {
  const int64_t epoch = batch.request->lease_epoch();
  if (epoch == 0) return absl::OkStatus();
  if (epoch > batch.seen_epoch) {
    transaction.exec_params(
        "INSERT INTO catalog.source_leases AS l (source, epoch) VALUES ($1, $2) "
        "ON CONFLICT (source) DO UPDATE SET epoch = greatest(l.epoch, excluded.epoch)",
        batch.request->source(), epoch);
  }
  const pqxx::result rows =
      transaction.exec_params("SELECT epoch FROM catalog.source_leases WHERE source = $1 FOR SHARE",
                              batch.request->source());
  if (!rows.empty() && Int(rows[0][0]) > epoch) return error::LeaseLost(batch.request->source());
  return absl::OkStatus();
}

bool TakeIdentities(pqxx::transaction_base& transaction, const UpsertBatch& batch) {
  std::vector<const IdentityClaim*> sorted;
  for (const IdentityClaim& claim : batch.claims) sorted.push_back(&claim);
  if (sorted.empty()) return true;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->id < b->id; });
  ArrayParam kinds, articles, former;
  BlobParam keys;
  for (const IdentityClaim* claim : sorted) {
    kinds.Add(claim->id.first);
    keys.Add(claim->id.second);
    articles.Add(claim->article_key);
    former.Add(claim->taken_from);
  }
  // A row comes back for every key that was free, or still its former holder's.
  const pqxx::result rows = transaction.exec_params(
      "WITH c AS (SELECT kind, substring($4::bytea FROM o FOR l) AS key, a, f FROM "
      "unnest($1::smallint[], $2::int[], $3::int[], $5::bigint[], $6::bigint[]) "
      "AS u(kind, o, l, a, f)), "
      "passed AS (UPDATE catalog.identities i SET article_key = c.a FROM c WHERE c.f <> 0 AND "
      "i.publication_key = $7 AND i.kind = c.kind AND i.key = c.key AND i.article_key = c.f "
      "RETURNING 1), "
      "taken AS (INSERT INTO catalog.identities (publication_key, kind, key, article_key) "
      "SELECT $7, kind, key, a FROM c WHERE f = 0 ORDER BY kind, key "
      "ON CONFLICT DO NOTHING RETURNING 1) "
      "SELECT (SELECT count(*) FROM passed) + (SELECT count(*) FROM taken)",
      kinds.str(), keys.offsets(), keys.lengths(), keys.bytes(), articles.str(), former.str(),
      batch.publication_key);
  return Int(rows[0][0]) == static_cast<int64_t>(sorted.size());
}

bool TakePaths(pqxx::transaction_base& transaction, UpsertBatch* batch) {
  std::vector<WorkingArticle*> waiting;
  absl::flat_hash_map<int64_t, std::string> wanted;
  for (auto& [key, working] : batch->articles) {
    if (!working.is_new) continue;
    content::v1::Article& article = working.article;
    if (article.path().empty()) {
      article.set_path(
          upsert::MakePath(batch->publication, article, IdInName(kArticles, article.name())));
    }
    wanted[key] = article.path();
    waiting.push_back(&working);
  }
  for (int attempt = 0; !waiting.empty(); ++attempt) {
    InsertPaths(transaction, batch->publication_key, &waiting);
    if (attempt == kPathAttempts) break;
    for (WorkingArticle* working : waiting) {
      working->article.set_path(upsert::AlternativePath(
          wanted[working->key], IdInName(kArticles, working->article.name()), attempt));
    }
  }
  return waiting.empty();
}

}  // namespace dateline::catalog::store
