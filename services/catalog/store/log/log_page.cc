#include "services/catalog/store/log/log_page.h"

#include <utility>

#include "absl/container/flat_hash_set.h"

namespace dateline::catalog::store {
namespace {

using ResourceId = std::pair<int, int64_t>;

ResourceId IdOf(const v1::Change& change) { return {change.kind(), change.key()}; }

}  // namespace

Kinds AllKinds() {
  const google::protobuf::EnumDescriptor& all = *v1::ResourceKind_descriptor();
  Kinds kinds;
  for (int i = 0; i < all.value_count(); ++i) {
    kinds.insert(static_cast<v1::ResourceKind>(all.value(i)->number()));
  }
  kinds.erase(v1::RESOURCE_KIND_UNSPECIFIED);
  return kinds;
}

size_t FitPage(const std::vector<LoggedChange>& changes, size_t byte_budget, size_t hard_limit,
               const std::function<size_t(const v1::Change&)>& size_of) {
  absl::flat_hash_set<ResourceId> seen;
  size_t bytes = 0;
  size_t transaction_start = 0;
  for (size_t i = 0; i < changes.size(); ++i) {
    if (i > 0 && changes[i].position.xid() != changes[i - 1].position.xid()) {
      if (bytes > byte_budget) return i;
      transaction_start = i;
    }
    if (seen.insert(IdOf(changes[i].change)).second) bytes += size_of(changes[i].change);
    if (bytes > hard_limit && i > 0) return transaction_start > 0 ? transaction_start : i;
  }
  return changes.size();
}

void MarkSuperseded(std::vector<LoggedChange>* changes) {
  absl::flat_hash_set<ResourceId> later;
  for (auto change = changes->rbegin(); change != changes->rend(); ++change) {
    const bool is_last = later.insert(IdOf(change->change)).second;
    if (!is_last && change->change.change_kind() != v1::CHANGE_KIND_TAKEN_DOWN) {
      change->change.set_superseded(true);
    }
  }
}

}  // namespace dateline::catalog::store
