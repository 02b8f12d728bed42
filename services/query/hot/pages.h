#ifndef DATELINE_SERVICES_QUERY_HOT_PAGES_H_
#define DATELINE_SERVICES_QUERY_HOT_PAGES_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "services/query/hot/dependencies.h"

namespace dateline::query::hot {

// An answer without what each call has of its own (position, instant, max_age). Never changed once
// it is made, so calls share it.
struct Page {
  std::string body;  // encoded: articles, what rides along, total, tokens, etag
  std::string etag;
  // When the first article shown ends, as far as a reader can see.
  absl::Time fresh_until = absl::InfiniteFuture();
  // What it depends on; nothing is ever the same for a page that must not be kept.
  Dependencies dependencies;
};

// Pages by the key of their requests, those that were asked for last, within a number of bytes.
// Whether a page is still right is for the caller to judge. Thread-safe; blocks for no longer than
// it takes to find an entry.
class Pages {
 public:
  // A page with more than this part of all bytes is not kept.
  static constexpr size_t kShards = 16;

  explicit Pages(size_t max_bytes) : max_shard_bytes_(max_bytes / kShards) {}

  // The page of a key; null if there is none.
  std::shared_ptr<const Page> Find(absl::string_view key);

  // Keeps a page in place of the one that the key has, if any.
  void Put(absl::string_view key, std::shared_ptr<const Page> page);

  // Bytes kept; for tests and metrics.
  size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Page> page;
    size_t bytes = 0;
  };
  struct Shard {
    mutable Mutex mutex;
    std::list<Entry> entries ABSL_GUARDED_BY(mutex);  // the last used first
    // The keys are those of the entries.
    absl::flat_hash_map<absl::string_view, std::list<Entry>::iterator> by_key
        ABSL_GUARDED_BY(mutex);
    size_t bytes ABSL_GUARDED_BY(mutex) = 0;
  };
  Shard& ShardOf(absl::string_view key);
  static void Remove(Shard& shard, std::list<Entry>::iterator entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  const size_t max_shard_bytes_;
  std::array<Shard, kShards> shards_;
};

}  // namespace dateline::query::hot

#endif  // DATELINE_SERVICES_QUERY_HOT_PAGES_H_
