#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ERASE_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ERASE_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <vector>

#include "services/catalog/store/articles/postgres_article_batch.h"

// What goes with articles that are taken down or purged, beyond their own rows.
namespace dateline::catalog::store {

// Overwrites all revisions of the articles that are erased with what is left of them, takes them
// out of pins, whose changes are added to `*changes`, and notes the takedowns. Costs nothing if
// there are none.
void EraseRevisions(pqxx::transaction_base& transaction,
                    const std::vector<article::WorkingArticle*>& written,
                    std::vector<ChangeRow>* changes);

// Takes articles out of all pins and adds the changes.
void Unpin(pqxx::transaction_base& transaction, const std::vector<int64_t>& article_keys,
           std::vector<ChangeRow>* changes);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ERASE_H_
