#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_DELIVERY_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_DELIVERY_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/publication.pb.h"
#include "services/catalog/article/decision.h"
#include "services/catalog/article/identity.h"
#include "services/catalog/store/articles/postgres_article_batch.h"

// How a delivery's items find their articles: by identity keys, under the source's lease. One
// statement for each step, whatever the number of items.
namespace dateline::catalog::store {

// One transaction's share of a delivery. Items that are not valid are decided before.
struct DeliveryShare {
  const v1::BatchUpsertArticlesRequest* request = nullptr;
  int begin = 0;
  int end = 0;                          // Items [begin, end) of the request.
  v1::UpsertResult* results = nullptr;  // By item, from `begin` on.

  article::Delivery delivery;
  int64_t publication_key = 0;
  content::v1::Publication publication;
  int64_t seen_epoch = 0;  // Newest lease epoch seen from the source.

  const v1::UpsertItem& item(int i) const { return request->items(begin + i); }
  int size() const { return end - begin; }
  bool rejected(int i) const { return results[i].outcome() == v1::UPSERT_OUTCOME_REJECTED; }
};

// Log, clock, publication and lease. RESOURCE_NOT_FOUND for the publication; LEASE_LOST.
absl::Status LoadDelivery(pqxx::transaction_base& transaction, DeliveryShare* share,
                          ArticleBatch* batch);

// Who holds the identity keys of the share's items.
article::Recogniser::Holders LoadHolders(pqxx::transaction_base& transaction,
                                         const DeliveryShare& share);

// What `keys` have of the delivering source: state, version and that source's origins, without
// locks and without content. Enough to tell what is unchanged.
void PeekArticles(pqxx::transaction_base& transaction, const std::set<int64_t>& keys,
                  const DeliveryShare& share, ArticleBatch* batch);

// Keeps the publication from being deleted until the transaction ends. RESOURCE_NOT_FOUND.
absl::Status HoldPublication(pqxx::transaction_base& transaction, const DeliveryShare& share);

// Takes the source's lease to the delivery's epoch, or holds it there until the transaction ends.
// LEASE_LOST if it has gone past meanwhile.
absl::Status HoldLease(pqxx::transaction_base& transaction, const DeliveryShare& share);

// Takes identity keys of a publication in sorted order. False if another transaction was faster
// with one of them: roll back and decide anew.
bool TakeIdentities(pqxx::transaction_base& transaction, int64_t publication_key,
                    std::vector<article::IdentityClaim> claims);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_DELIVERY_H_
