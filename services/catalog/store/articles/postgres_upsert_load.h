#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_LOAD_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_LOAD_H_

#include <pqxx/pqxx>

#include "absl/status/status.h"
#include "services/catalog/store/articles/postgres_upsert_batch.h"

// The reading half of an upsert's transaction; one statement for each step, whatever the number of
// items.
namespace dateline::catalog::store {

// Log, clock, publication and lease. RESOURCE_NOT_FOUND for the publication; LEASE_LOST.
absl::Status LoadDelivery(pqxx::transaction_base& transaction, UpsertBatch* batch);

// Who holds the identity keys of the batch's items.
void LoadHolders(pqxx::transaction_base& transaction, UpsertBatch* batch);

// The topics and authors that the batch's items name.
void LoadReferences(pqxx::transaction_base& transaction, UpsertBatch* batch);

// What `keys` have of the delivering source: state, version and that source's origins, without
// locks and without content. Enough to tell what is unchanged.
void PeekArticles(pqxx::transaction_base& transaction, const std::vector<int64_t>& keys,
                  UpsertBatch* batch);

// Locks the articles `keys` in the order of keys and reads them whole: the revision in force, as a
// draft that waits beside it is not what a feed changes and readers know.
void LockArticles(pqxx::transaction_base& transaction, const std::vector<int64_t>& keys,
                  UpsertBatch* batch);

// The topics that changed articles keep although no item names them: an editor's.
void LoadKeptTopics(pqxx::transaction_base& transaction, UpsertBatch* batch);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_LOAD_H_
