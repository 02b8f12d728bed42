#include "services/ingestion/identify/near_duplicates.h"

#include <algorithm>

#include "common/text/simhash.h"

namespace dateline::ingestion {

void NearDuplicateIndex::Add(uint64_t fingerprint, int64_t number) {
  if (fingerprint == 0) return;
  const auto index = static_cast<uint32_t>(items_.size());
  items_.push_back({fingerprint, number});
  for (const int32_t key : text::SimHashBandKeys(fingerprint)) bands_[key].push_back(index);
}

std::vector<int64_t> NearDuplicateIndex::Find(uint64_t fingerprint) const {
  std::vector<uint32_t> found;
  for (const int32_t key : text::SimHashProbeKeys(fingerprint)) {
    const auto band = bands_.find(key);
    if (band == bands_.end()) continue;
    for (const uint32_t index : band->second) {
      if (text::NearDuplicate(items_[index].fingerprint, fingerprint)) found.push_back(index);
    }
  }
  // Near ones meet in several bands.
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<int64_t> numbers;
  for (const uint32_t index : found) numbers.push_back(items_[index].number);
  return numbers;
}

}  // namespace dateline::ingestion
