#include "services/ingestion/identify/simhash.h"

#include <array>
#include <bit>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "common/text/slug.h"
#include "common/text/words.h"

namespace dateline::ingestion {
namespace {

// The finaliser of SplitMix64 (Steele, Lea, Flood, 2014): spreads every bit over all 64.
uint64_t Mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9u;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// FNV-1a, fixed for ever because fingerprints are stored.
uint64_t HashWord(absl::string_view word) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : word) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3u;
  }
  return Mix(hash);
}

}  // namespace

uint64_t SimHash(absl::string_view text) {
  const std::string folded = text::Fold(text);
  std::array<uint64_t, kShingleWords> window{};
  std::array<int, 64> weights{};
  absl::flat_hash_set<uint64_t> seen;
  int words = 0;
  for (text::WordReader reader(folded); reader.Next();) {
    window[static_cast<size_t>(words++ % kShingleWords)] = HashWord(reader.word());
    if (words < kShingleWords) continue;
    uint64_t shingle = 0;
    for (int i = 0; i < kShingleWords; ++i) {
      shingle = Mix(shingle + 0x9E3779B97F4A7C15u +
                    window[static_cast<size_t>((words + i) % kShingleWords)]);
    }
    if (!seen.insert(shingle).second) continue;
    for (size_t bit = 0; bit < 64; ++bit) weights[bit] += (shingle >> bit) & 1 ? 1 : -1;
  }
  if (words < kShingleWords) return 0;
  uint64_t fingerprint = 0;
  for (size_t bit = 0; bit < 64; ++bit) {
    if (weights[bit] > 0) fingerprint |= uint64_t{1} << bit;
  }
  return fingerprint == 0 ? 1 : fingerprint;
}

int SimHashDistance(uint64_t a, uint64_t b) { return std::popcount(a ^ b); }

bool NearDuplicate(uint64_t a, uint64_t b) {
  return a != 0 && b != 0 && SimHashDistance(a, b) <= kNearDuplicateDistance;
}

}  // namespace dateline::ingestion
