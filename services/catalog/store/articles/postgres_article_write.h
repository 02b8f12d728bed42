#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_WRITE_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_WRITE_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <vector>

#include "absl/status/statusor.h"
#include "dateline/content/v1/position.pb.h"
#include "dateline/content/v1/publication.pb.h"
#include "services/catalog/store/articles/postgres_article_batch.h"

// The writing half of every write of articles; one statement for each table, whatever the number of
// articles.
namespace dateline::catalog::store {

// Keys for `count` new articles.
std::vector<int64_t> AllocateArticleKeys(pqxx::transaction_base& transaction, int count);

// Gives every new article of the batch, all of this publication, a path of its own. False if no
// free one was found.
bool GivePaths(pqxx::transaction_base& transaction, const content::v1::Publication& publication,
               int64_t publication_key, ArticleBatch* batch);

// Writes every article that was changed, with its new revisions, references, origins, change row
// and audit; raises versions. The position of the last change; the batch must have one. PATH_TAKEN.
absl::StatusOr<content::v1::LogPosition> WriteArticles(pqxx::transaction_base& transaction,
                                                       ArticleBatch* batch);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_WRITE_H_
