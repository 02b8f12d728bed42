#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_LIFE_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_LIFE_H_

#include <pqxx/pqxx>
#include <vector>

#include "absl/status/status.h"
#include "services/catalog/store/articles/postgres_article_batch.h"

// What editors change of articles and feeds do not: state, schedule, withdrawal, paths. One
// statement for each step, whatever the number of articles; those of which nothing of the kind has
// changed cost none.
namespace dateline::catalog::store {

// Writes state, times and marks of the articles whose life has changed.
void UpdateLives(pqxx::transaction_base& transaction,
                 const std::vector<article::WorkingArticle*>& written);

// Gives each of them the paths that its revisions have, see SettlePaths of postgres_paths.h, and
// adds the changes of what their old paths lead to. PATH_TAKEN.
absl::Status WritePaths(pqxx::transaction_base& transaction, const ArticleBatch& batch,
                        const std::vector<article::WorkingArticle*>& written,
                        std::vector<ChangeRow>* changes);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_LIFE_H_
