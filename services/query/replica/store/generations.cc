#include "services/query/replica/store/generations.h"

#include "common/base/fnv.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

std::atomic<uint64_t> last_store{0};

}  // namespace

Generations::Generations()
    : store_(++last_store), numbers_(std::make_unique<std::atomic<uint64_t>[]>(kBuckets + 1)) {}

Generations::Bucket Generations::BucketOf(absl::string_view list) {
  const uint64_t hash = Fnv64(absl::ClippedSubstr(list, 0, kListPrefixBytes));
  return static_cast<Bucket>((hash ^ hash >> 32) % kBuckets);
}

void Generations::Announce(const Touched& touched) {
  if (touched.vocabulary()) ++numbers_[kVocabulary];
}

void Generations::Withdraw(const Touched& touched) {
  if (touched.vocabulary()) ++numbers_[kVocabulary];
}

void Generations::Raise(const Touched& touched) {
  if (touched.buckets().empty()) return;
  // First: who sees a number from before finds that the epoch has moved on, or reads what is
  // committed already.
  ++epoch_;
  for (const Bucket bucket : touched.buckets()) ++numbers_[bucket];
}

}  // namespace dateline::query::replica
