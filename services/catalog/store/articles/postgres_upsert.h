#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_H_

#include <optional>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/position.pb.h"
#include "services/catalog/store/store_context.h"

namespace dateline::catalog::store {

// What a transaction's share of a delivery came to.
struct UpsertedItems {
  content::v1::LogPosition position;  // Of the last change, or of the articles' last change before.
  bool wrote = false;
};

// The method whose calls deliveries are recorded as.
inline constexpr char kUpsertMethod[] = "BatchUpsertArticles";

// Decides and writes items [begin, end) of `request` in one transaction and fills in their results
// (`results[0]` belongs to item `begin`). Items are checked here. When another writer is faster
// with an identity, it decides anew. RESOURCE_NOT_FOUND for the publication; LEASE_LOST; CONFLICT
// if others were faster too often.
absl::StatusOr<UpsertedItems> UpsertItems(const StoreContext& postgres,
                                          const RequestContext& context,
                                          const v1::BatchUpsertArticlesRequest& request, int begin,
                                          int end, v1::UpsertResult* results);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_H_
