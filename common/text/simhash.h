#ifndef DATELINE_COMMON_TEXT_SIMHASH_H_
#define DATELINE_COMMON_TEXT_SIMHASH_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

// Fingerprints by which near-duplicate texts are found. Measured on newswire stories in
// services/ingestion/identify/simhash_reuters_test.cc. All functions are thread-safe.
namespace dateline::text {

// Two texts are near-duplicates if their fingerprints differ in at most this many of 64 bits.
// Unrelated texts differ in 32 with a deviation of 4, so that chance brings two of them this close
// once in 25,000 million pairs; one word changed in a hundred turns 3 or 4 bits.
inline constexpr int kMaxSimHashDistance = 7;

// Texts with fewer words have no fingerprint: short notices follow patterns ("dividend of eight
// cents, payable April 10") and are alike without being the same.
inline constexpr int kMinSimHashWords = 50;

// Words of a shingle. Longer ones turn too many bits for a word that was changed, single words too
// few for texts that share no more than their vocabulary.
inline constexpr int kSimHashShingleWords = 2;

// The SimHash (Charikar, 2002) of a text over its shingles of folded words without punctuation,
// each distinct shingle once. 0 for a text below kMinSimHashWords; no other text gets 0. Give the
// body without the headline: agencies' copy is printed under everybody's own. The same in every
// process and release.
uint64_t SimHash(absl::string_view text);

// Number of bits in which the fingerprints differ.
int SimHashDistance(uint64_t a, uint64_t b);

// True if both fingerprints are of texts and lie within kMaxSimHashDistance.
bool NearDuplicate(uint64_t a, uint64_t b);

// Fingerprints are found through bands of 16 bits: of two that differ in at most 7 bits, one band
// of the four differs in none or one.
inline constexpr int kSimHashBands = 4;
inline constexpr int kSimHashProbes = kSimHashBands * (1 + 64 / kSimHashBands);

// The keys to keep with a fingerprint: the number of the band above its 16 bits, so that the bands
// fit into one index (values below 2^18).
std::array<int32_t, kSimHashBands> SimHashBandKeys(uint64_t fingerprint);

// The keys to look up: every fingerprint within kMaxSimHashDistance has one of these among its
// SimHashBandKeys. What is found is a candidate, to be judged by NearDuplicate.
std::array<int32_t, kSimHashProbes> SimHashProbeKeys(uint64_t fingerprint);

}  // namespace dateline::text

#endif  // DATELINE_COMMON_TEXT_SIMHASH_H_
