#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_BATCH_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_BATCH_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/publication.pb.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/upsert/decision.h"

namespace dateline::catalog::store {

// Kind and bytes of an identity key.
using IdentityKeyId = std::pair<int, std::string>;

// What is known of the holder of an identity key.
struct IdentityHolder {
  int64_t article_key = 0;
  absl::Time publish_time;
  bool same_source = false;  // The delivering source is among the article's origins.
};

// Identity keys to be written: new ones, and CONTENT keys that pass on from an article of long ago.
struct IdentityClaim {
  IdentityKeyId id;
  int64_t article_key = 0;
  int64_t taken_from = 0;  // 0 for a new key.
};

// One transaction's share of a delivery while it is decided. Items that are not valid are decided
// before.
struct UpsertBatch {
  const v1::BatchUpsertArticlesRequest* request = nullptr;
  int begin = 0;
  int end = 0;                          // Items [begin, end) of the request.
  v1::UpsertResult* results = nullptr;  // By item, from `begin` on.

  LogContext log;
  upsert::Delivery delivery;
  int64_t publication_key = 0;
  content::v1::Publication publication;
  int64_t seen_epoch = 0;  // Newest lease epoch seen from the source.

  absl::flat_hash_map<IdentityKeyId, IdentityHolder> holders;
  absl::flat_hash_map<std::string, int64_t> topic_keys;   // By name, of those that exist.
  absl::flat_hash_map<std::string, int64_t> author_keys;  // By name, of those that exist.
  // Articles that items were recognised as or become, by key; in the order of keys.
  std::map<int64_t, upsert::WorkingArticle> articles;
  std::vector<IdentityClaim> claims;
  std::vector<int64_t> targets;    // Article key by item; 0 for a rejected one.
  uint64_t newest_change_xid = 0;  // Of the articles that stay as they are.

  const v1::UpsertItem& item(int i) const { return request->items(begin + i); }
  int size() const { return end - begin; }
  bool rejected(int i) const { return results[i].outcome() == v1::UPSERT_OUTCOME_REJECTED; }
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_UPSERT_BATCH_H_
