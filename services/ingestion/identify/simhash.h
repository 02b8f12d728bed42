#ifndef DATELINE_SERVICES_INGESTION_IDENTIFY_SIMHASH_H_
#define DATELINE_SERVICES_INGESTION_IDENTIFY_SIMHASH_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// Two texts are near-duplicates if their fingerprints differ in at most this many of 64 bits. A
// word changed in a text of 200 words turns about 3 or 4 bits, three words about 6; unrelated texts
// differ in 32 with a deviation of 4, so 8 is six deviations away from chance.
inline constexpr int kNearDuplicateDistance = 8;

// Words of a shingle: long enough that shared vocabulary alone does not make texts alike.
inline constexpr int kShingleWords = 3;

// The SimHash (Charikar, 2002) of a text over its shingles of folded words, each distinct shingle
// once. 0 for a text with fewer words than a shingle has; no other text gets 0. The same in every
// process and release. Thread-safe.
uint64_t SimHash(absl::string_view text);

// Number of bits in which the fingerprints differ.
int SimHashDistance(uint64_t a, uint64_t b);

// True if both fingerprints are of texts and lie within kNearDuplicateDistance.
bool NearDuplicate(uint64_t a, uint64_t b);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_IDENTIFY_SIMHASH_H_
