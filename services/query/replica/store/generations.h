#ifndef DATELINE_SERVICES_QUERY_REPLICA_STORE_GENERATIONS_H_
#define DATELINE_SERVICES_QUERY_REPLICA_STORE_GENERATIONS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::query::replica {

// Which lists of a store have changed, for whoever keeps what he has read there: a number for each
// bucket of lists, by their prefix's hash, and one for the vocabulary (topics, authors and
// publications). A committed write raises the numbers of what it has written before its position
// is published. So what was read while a number had a value is still right, at the latest position
// that was published before, while it has that value. Thread-safe; one writer.
class Generations {
 public:
  using Bucket = uint32_t;
  static constexpr size_t kBuckets = size_t{1} << 16;
  // The bucket of the vocabulary.
  static constexpr Bucket kVocabulary = kBuckets;

  // The bucket of a list, by its prefix; of a posting's key alike.
  static Bucket BucketOf(absl::string_view list);

  // The buckets that a transaction writes to, each once. Belongs to one thread.
  class Touched {
   public:
    Touched() : seen_(kBuckets + 1) {}
    void Add(Bucket bucket) {
      if (seen_[bucket]) return;
      seen_[bucket] = true;
      buckets_.push_back(bucket);
    }
    const std::vector<Bucket>& buckets() const { return buckets_; }
    bool vocabulary() const { return seen_[kVocabulary]; }

   private:
    std::vector<bool> seen_;
    std::vector<Bucket> buckets_;
  };

  Generations();

  // Which store it is: another number for each in this process.
  uint64_t store() const { return store_; }

  uint64_t Of(Bucket bucket) const { return numbers_[bucket].load(); }

  // How often a write to lists was committed. To keep numbers beside what was read: take the epoch,
  // begin to read, take the numbers, and keep them only if the epoch is still the same. Otherwise
  // they may belong to a write that the reading did not see.
  uint64_t epoch() const { return epoch_.load(); }

  // Whether the vocabulary's number is one at which nothing is being written to it: who has taken
  // it before he began to read, and finds it the same afterwards, has read the vocabulary of that
  // number and no other.
  static bool IsSettled(uint64_t vocabulary) { return vocabulary % 2 == 0; }

  // To be called before a write is committed, and then one of the two: Raise when it is, before its
  // position is published, or Withdraw when it failed.
  void Announce(const Touched& touched);
  void Raise(const Touched& touched);
  void Withdraw(const Touched& touched);

 private:
  const uint64_t store_;
  std::atomic<uint64_t> epoch_{0};
  const std::unique_ptr<std::atomic<uint64_t>[]> numbers_;
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_STORE_GENERATIONS_H_
