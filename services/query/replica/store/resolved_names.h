#ifndef DATELINE_SERVICES_QUERY_REPLICA_STORE_RESOLVED_NAMES_H_
#define DATELINE_SERVICES_QUERY_REPLICA_STORE_RESOLVED_NAMES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "common/base/mutex.h"

namespace dateline::query::replica {

// What names of a store's vocabulary stand for, so that it is looked up once and not at each call.
// Each is kept with the vocabulary's number at which it was looked up (generations.h) and given for
// that number only. Bounded. Thread-safe; blocks for no longer than it takes to find an entry.
class ResolvedNames {
 public:
  // Names in all; 6 MB or so.
  static constexpr size_t kMaxNames = size_t{1} << 16;

  // The key that a name stands for at a number of the vocabulary; nullopt if it is not kept.
  std::optional<uint64_t> Find(absl::string_view name, uint64_t vocabulary);

  // Keeps it.
  void Put(absl::string_view name, uint64_t vocabulary, uint64_t key);

 private:
  static constexpr size_t kShards = 16;
  struct Known {
    uint64_t vocabulary = 0;
    uint64_t key = 0;
  };
  struct Shard {
    Mutex mutex;
    absl::flat_hash_map<std::string, Known> names ABSL_GUARDED_BY(mutex);
  };
  Shard& ShardOf(absl::string_view name);

  std::array<Shard, kShards> shards_;
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_STORE_RESOLVED_NAMES_H_
