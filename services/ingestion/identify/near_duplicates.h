#ifndef DATELINE_SERVICES_INGESTION_IDENTIFY_NEAR_DUPLICATES_H_
#define DATELINE_SERVICES_INGESTION_IDENTIFY_NEAR_DUPLICATES_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace dateline::ingestion {

// Fingerprints (common/text/simhash.h) in memory, and for another one all those within
// text::kMaxSimHashDistance, at the price of text::kSimHashProbes look-ups and of the few
// candidates that share 15 or 16 of their bits. Not thread-safe.
class NearDuplicateIndex {
 public:
  // Adds a fingerprint under a number of the caller's. 0, a text too short to be judged, is never
  // found.
  void Add(uint64_t fingerprint, int64_t number);

  // The numbers of all fingerprints within the distance, in the order in which they were added.
  std::vector<int64_t> Find(uint64_t fingerprint) const;

 private:
  struct Item {
    uint64_t fingerprint;
    int64_t number;
  };
  std::vector<Item> items_;
  absl::flat_hash_map<int32_t, std::vector<uint32_t>> bands_;  // Indexes of items by band key.
};

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_IDENTIFY_NEAR_DUPLICATES_H_
