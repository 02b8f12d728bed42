#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_WRITE_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_WRITE_H_

#include <pqxx/pqxx>

#include "absl/status/status.h"
#include "services/catalog/store/articles/postgres_upsert_batch.h"

// The writing half of an upsert's transaction; one statement for each table, whatever the number of
// articles.
namespace dateline::catalog::store {

// Keys for `count` new articles.
std::vector<int64_t> AllocateArticleKeys(pqxx::transaction_base& transaction, int count);

// Takes the source's lease to the delivery's epoch, or holds it there until the transaction ends.
// LEASE_LOST if it has gone past meanwhile.
absl::Status HoldLease(pqxx::transaction_base& transaction, const UpsertBatch& batch);

// Takes the identity keys in sorted order. False if another transaction was faster with one of
// them: roll back and decide anew.
bool TakeIdentities(pqxx::transaction_base& transaction, const UpsertBatch& batch);

// Gives every new article a path of its own. False if no free one was found.
bool TakePaths(pqxx::transaction_base& transaction, UpsertBatch* batch);

// Writes every article that was changed, with its revision, references, origins and change row;
// raises versions. The position of the last change; the batch must have one.
content::v1::LogPosition WriteArticles(pqxx::transaction_base& transaction, UpsertBatch* batch);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_WRITE_H_
