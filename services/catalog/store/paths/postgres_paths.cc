#include "services/catalog/store/paths/postgres_paths.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "common/pg/prepared.h"
#include "services/catalog/article/path.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

// Longer and longer pieces of the article's own id; the last is the whole id, which is unique.
constexpr int kPathAttempts = 4;

// Inserts paths in sorted order, so that those who do so at once wait for each other and are never
// in each other's way, and takes out of `*waiting` the articles that got theirs.
void InsertPaths(pqxx::transaction_base& transaction, int64_t publication_key,
                 std::vector<WantedPath*>* waiting) {
  std::sort(waiting->begin(), waiting->end(),
            [](const auto* a, const auto* b) { return a->path < b->path; });
  ArrayParam paths, keys;
  for (const WantedPath* wanted : *waiting) {
    paths.AddText(wanted->path);
    keys.Add(wanted->article_key);
  }
  const pqxx::result rows =
      pg::ExecPrepared(transaction,
                       "INSERT INTO catalog.paths (publication_key, path, kind, article_key) "
                       "SELECT $1, p, 1, k FROM unnest($2::text[], $3::bigint[]) AS u(p, k) "
                       "ON CONFLICT (publication_key, path) DO NOTHING RETURNING article_key",
                       publication_key, paths.str(), keys.str());
  absl::flat_hash_set<int64_t> done;
  for (const pqxx::row& row : rows) done.insert(Int(row[0]));
  waiting->erase(
      std::remove_if(waiting->begin(), waiting->end(),
                     [&](const auto* wanted) { return done.contains(wanted->article_key); }),
      waiting->end());
}

}  // namespace

bool TakePaths(pqxx::transaction_base& transaction, int64_t publication_key,
               std::vector<WantedPath>* wanted) {
  const std::vector<WantedPath> asked = *wanted;
  std::vector<WantedPath*> waiting;
  for (WantedPath& one : *wanted) waiting.push_back(&one);
  for (int attempt = 0; !waiting.empty(); ++attempt) {
    InsertPaths(transaction, publication_key, &waiting);
    if (attempt == kPathAttempts) break;
    for (WantedPath* one : waiting) {
      const std::string& path = asked[static_cast<size_t>(one - wanted->data())].path;
      one->path = article::AlternativePath(path, one->id, attempt);
    }
  }
  return waiting.empty();
}

}  // namespace dateline::catalog::store
