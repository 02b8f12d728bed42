#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "common/api/names.h"
#include "services/catalog/article/path.h"
#include "services/catalog/store/articles/postgres_article_write.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using article::WorkingArticle;

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

bool TakePaths(pqxx::transaction_base& transaction, const content::v1::Publication& publication,
               int64_t publication_key, ArticleBatch* batch) {
  std::vector<WorkingArticle*> waiting;
  absl::flat_hash_map<int64_t, std::string> wanted;
  for (auto& [key, working] : batch->articles) {
    if (!working.is_new) continue;
    content::v1::Article& article = working.article;
    if (article.path().empty()) {
      article.set_path(
          article::MakePath(publication, article, api::IdInName(api::kArticles, article.name())));
    }
    wanted[key] = article.path();
    waiting.push_back(&working);
  }
  for (int attempt = 0; !waiting.empty(); ++attempt) {
    InsertPaths(transaction, publication_key, &waiting);
    if (attempt == kPathAttempts) break;
    for (WorkingArticle* working : waiting) {
      working->article.set_path(article::AlternativePath(
          wanted[working->key], api::IdInName(api::kArticles, working->article.name()), attempt));
    }
  }
  return waiting.empty();
}

}  // namespace dateline::catalog::store
