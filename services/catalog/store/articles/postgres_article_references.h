#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_REFERENCES_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_REFERENCES_H_

#include <pqxx/pqxx>
#include <vector>

#include "services/catalog/store/articles/postgres_article_batch.h"

namespace dateline::catalog::store {

// Makes the topics and authors that stand beside articles those of the new revisions that are live
// or scheduled. What stays is not written again. Of names whose keys the batch lacks, those that
// exist are looked up.
void WriteReferences(pqxx::transaction_base& transaction,
                     const std::vector<article::WorkingArticle*>& written, ArticleBatch* batch);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_REFERENCES_H_
