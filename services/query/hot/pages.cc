#include "services/query/hot/pages.h"

#include <utility>

#include "absl/hash/hash.h"

namespace dateline::query::hot {
namespace {

// What an entry takes besides its texts: nodes, the table's slots, the page's own fields.
constexpr size_t kEntryBytes = 512;

}  // namespace

Pages::Shard& Pages::ShardOf(absl::string_view key) { return shards_[absl::HashOf(key) % kShards]; }

void Pages::Remove(Shard& shard, std::list<Entry>::iterator entry) {
  shard.bytes -= entry->bytes;
  shard.by_key.erase(entry->key);
  shard.entries.erase(entry);
}

std::shared_ptr<const Page> Pages::Find(absl::string_view key) {
  Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  const auto found = shard.by_key.find(key);
  if (found == shard.by_key.end()) return nullptr;
  shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  return found->second->page;
}

void Pages::Put(absl::string_view key, std::shared_ptr<const Page> page) {
  const size_t bytes = page->body.capacity() + key.size() + kEntryBytes;
  Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  const auto found = shard.by_key.find(key);
  if (found != shard.by_key.end()) Remove(shard, found->second);
  if (bytes > max_shard_bytes_) return;
  while (shard.bytes + bytes > max_shard_bytes_) Remove(shard, std::prev(shard.entries.end()));
  shard.entries.push_front({std::string(key), std::move(page), bytes});
  shard.by_key.emplace(shard.entries.front().key, shard.entries.begin());
  shard.bytes += bytes;
}

size_t Pages::bytes() const {
  size_t bytes = 0;
  for (const Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    bytes += shard.bytes;
  }
  return bytes;
}

}  // namespace dateline::query::hot
