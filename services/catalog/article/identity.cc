#include "services/catalog/article/identity.h"

namespace dateline::catalog::article {
namespace {

// The same text in two feeds is the same article only if both published it at about the same time.
constexpr absl::Duration kContentWindow = absl::Hours(7 * 24);

}  // namespace

int64_t Recogniser::Find(const v1::UpsertItem& delivered, absl::Time published) const {
  for (int kind = v1::IDENTITY_KIND_ENTRY; kind <= v1::IDENTITY_KIND_CONTENT; ++kind) {
    for (const v1::IdentityKey& key : delivered.keys()) {
      if (key.kind() != kind) continue;
      const IdentityKeyId id(kind, key.key());
      const auto holder = holders_.find(id);
      const bool held = holder != holders_.end();
      if (kind == v1::IDENTITY_KIND_CONTENT) {
        if (held && !holder->second.same_source &&
            absl::AbsDuration(published - holder->second.publish_time) <= kContentWindow) {
          return holder->second.article_key;
        }
        continue;
      }
      if (held) return holder->second.article_key;
      const auto earlier = claimed_.find(id);
      if (earlier != claimed_.end()) return earlier->second;
    }
  }
  return 0;
}

int64_t Recogniser::Recognise(int item, const v1::UpsertItem& delivered, absl::Time published) {
  int64_t target = Find(delivered, published);
  if (target == 0) target = -++new_articles_;
  for (const v1::IdentityKey& key : delivered.keys()) {
    const IdentityKeyId id(key.kind(), key.key());
    const auto holder = holders_.find(id);
    int64_t taken_from = 0;
    if (holder != holders_.end()) {
      // Held for good, but for content: there the newer article is the one that others may still
      // carry.
      if (key.kind() != v1::IDENTITY_KIND_CONTENT || holder->second.article_key == target ||
          published - holder->second.publish_time <= kContentWindow) {
        continue;
      }
      taken_from = holder->second.article_key;
    }
    if (claimed_.emplace(id, target).second) claims_.push_back({id, target, taken_from, item});
  }
  return target;
}

}  // namespace dateline::catalog::article
