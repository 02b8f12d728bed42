#include "common/text/simhash.h"

#include <bit>
#include <cstddef>
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "common/base/fnv.h"
#include "common/text/slug.h"
#include "common/text/words.h"

namespace dateline::text {
namespace {

constexpr int kBandBits = 64 / kSimHashBands;
static_assert(kMaxSimHashDistance < 2 * kSimHashBands, "a band must be left with one bit at most");

// The finaliser of SplitMix64 (Steele, Lea, Flood, 2014): spreads every bit over all 64.
uint64_t Mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9u;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// FNV-1a over letters and digits, fixed for ever because fingerprints are stored. Nothing for a
// word of punctuation only.
std::optional<uint64_t> HashWord(absl::string_view word) {
  uint64_t hash = kFnvStart;
  bool any = false;
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && !absl::ascii_isalnum(byte)) continue;
    any = true;
    hash = FnvStep(hash, byte);
  }
  if (!any) return std::nullopt;
  return Mix(hash);
}

// Counts, for each of 64 bits, the values in which it is set. Eight counters share a word until
// one of them could overflow.
class BitCounter {
 public:
  void Add(uint64_t value) {
    for (size_t i = 0; i < packed_.size(); ++i) packed_[i] += Spread((value >> (8 * i)) & 0xFF);
    if (++pending_ == 255) Flush();
  }

  // The bits that are set in more than half of the values.
  uint64_t Majority() {
    Flush();
    uint64_t bits = 0;
    for (size_t bit = 0; bit < counts_.size(); ++bit) {
      if (2 * counts_[bit] > total_) bits |= uint64_t{1} << bit;
    }
    return bits;
  }

 private:
  // Bit i of `byte` as the lowest bit of byte i.
  static uint64_t Spread(uint64_t byte) {
    return (((byte * 0x0101010101010101u) & 0x8040201008040201u) + 0x7F7F7F7F7F7F7F7Fu) >> 7 &
           0x0101010101010101u;
  }

  void Flush() {
    for (size_t bit = 0; bit < counts_.size(); ++bit) {
      counts_[bit] += (packed_[bit / 8] >> (8 * (bit % 8))) & 0xFF;
    }
    packed_ = {};
    total_ += pending_;
    pending_ = 0;
  }

  std::array<uint64_t, 8> packed_{};
  std::array<uint64_t, 64> counts_{};
  uint64_t pending_ = 0;
  uint64_t total_ = 0;
};

int32_t BandKey(uint64_t fingerprint, int band) {
  const uint64_t bits = (fingerprint >> (kBandBits * band)) & ((1u << kBandBits) - 1);
  return static_cast<int32_t>((static_cast<uint64_t>(band) << kBandBits) | bits);
}

}  // namespace

uint64_t SimHash(absl::string_view text) {
  const std::string folded = Fold(text);
  std::array<uint64_t, kSimHashShingleWords> window{};
  absl::flat_hash_set<uint64_t> seen;
  seen.reserve(folded.size() / 6);  // About as many as there are words.
  BitCounter counter;
  size_t words = 0;
  for (WordReader reader(folded); reader.Next();) {
    const std::optional<uint64_t> hash = HashWord(reader.word());
    if (!hash) continue;
    window[words++ % window.size()] = *hash;
    if (words < window.size()) continue;
    uint64_t shingle = 0;
    for (size_t i = 0; i < window.size(); ++i) {
      shingle = Mix(shingle + 0x9E3779B97F4A7C15u + window[(words + i) % window.size()]);
    }
    if (seen.insert(shingle).second) counter.Add(shingle);
  }
  if (words < kMinSimHashWords) return 0;
  const uint64_t fingerprint = counter.Majority();
  return fingerprint == 0 ? 1 : fingerprint;
}

int SimHashDistance(uint64_t a, uint64_t b) { return std::popcount(a ^ b); }

bool NearDuplicate(uint64_t a, uint64_t b) {
  return a != 0 && b != 0 && SimHashDistance(a, b) <= kMaxSimHashDistance;
}

std::array<int32_t, kSimHashBands> SimHashBandKeys(uint64_t fingerprint) {
  std::array<int32_t, kSimHashBands> keys;
  for (int band = 0; band < kSimHashBands; ++band) {
    keys[static_cast<size_t>(band)] = BandKey(fingerprint, band);
  }
  return keys;
}

std::array<int32_t, kSimHashProbes> SimHashProbeKeys(uint64_t fingerprint) {
  std::array<int32_t, kSimHashProbes> keys;
  size_t next = 0;
  for (int band = 0; band < kSimHashBands; ++band) {
    const int32_t key = BandKey(fingerprint, band);
    keys[next++] = key;
    for (int bit = 0; bit < kBandBits; ++bit) keys[next++] = key ^ (int32_t{1} << bit);
  }
  return keys;
}

}  // namespace dateline::text
