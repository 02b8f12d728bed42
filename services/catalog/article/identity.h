#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_IDENTITY_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_IDENTITY_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/intake.pb.h"

// Which article an item is: the rules of identity keys, apart from how the database keeps them.
namespace dateline::catalog::article {

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
  int item = 0;            // The item that brings it.
};

// Recognises the items of one delivery, in their order.
class Recogniser {
 public:
  using Holders = absl::flat_hash_map<IdentityKeyId, IdentityHolder>;

  explicit Recogniser(Holders holders) : holders_(std::move(holders)) {}

  // The key of the article that item number `item` is, by its keys in the order of their kinds
  // (entry, address, content); -1, -2, … for one that is not known. Claims the keys that nobody
  // holds.
  int64_t Recognise(int item, const v1::UpsertItem& delivered, absl::Time published);

  // How many articles are not known.
  int new_articles() const { return new_articles_; }
  // What was claimed, by articles as Recognise gave them.
  const std::vector<IdentityClaim>& claims() const { return claims_; }

 private:
  int64_t Find(const v1::UpsertItem& delivered, absl::Time published) const;

  const Holders holders_;
  absl::flat_hash_map<IdentityKeyId, int64_t> claimed_;  // By items of this delivery.
  std::vector<IdentityClaim> claims_;
  int new_articles_ = 0;
};

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_IDENTITY_H_
