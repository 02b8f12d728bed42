#include "services/query/replica/store/resolved_names.h"

#include "absl/hash/hash.h"

namespace dateline::query::replica {

ResolvedNames::Shard& ResolvedNames::ShardOf(absl::string_view name) {
  return shards_[absl::HashOf(name) % kShards];
}

std::optional<uint64_t> ResolvedNames::Find(absl::string_view name, uint64_t vocabulary) {
  Shard& shard = ShardOf(name);
  MutexLock lock(shard.mutex);
  const auto found = shard.names.find(name);
  if (found == shard.names.end() || found->second.vocabulary != vocabulary) return std::nullopt;
  return found->second.key;
}

void ResolvedNames::Put(absl::string_view name, uint64_t vocabulary, uint64_t key) {
  Shard& shard = ShardOf(name);
  MutexLock lock(shard.mutex);
  // What is asked for comes back soon; which names are is not worth keeping account of.
  if (shard.names.size() >= kMaxNames / kShards) shard.names.clear();
  shard.names.insert_or_assign(std::string(name), Known{vocabulary, key});
}

}  // namespace dateline::query::replica
