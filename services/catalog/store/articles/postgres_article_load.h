#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_LOAD_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_LOAD_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <set>
#include <string>

#include "services/catalog/store/articles/postgres_article_batch.h"

// The reading half of every write of articles; one statement for each step, whatever the number of
// articles.
namespace dateline::catalog::store {

// Locks the articles `keys` in the order of keys and reads them: the revision in force, as a draft
// that waits beside it is not what a feed changes and readers know, and those that wait. Those that
// do not exist are left out.
void LockArticles(pqxx::transaction_base& transaction, const std::set<int64_t>& keys,
                  ArticleBatch* batch);

// Reads origins of those of the articles `keys` that the batch holds: all, or those of `source`
// without proposals.
void LoadOrigins(pqxx::transaction_base& transaction, const std::set<int64_t>& keys,
                 const std::string& source, ArticleBatch* batch);

// Adds the keys of topics and authors of these names, of those that exist, to the batch, and what
// merged ones stand for.
void LoadReferenceKeys(pqxx::transaction_base& transaction, const std::set<std::string>& topics,
                       const std::set<std::string>& authors, ArticleBatch* batch);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_LOAD_H_
