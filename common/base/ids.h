#ifndef DATELINE_COMMON_BASE_IDS_H_
#define DATELINE_COMMON_BASE_IDS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>

namespace dateline {

// 128 random bits. Injected where tests must know the ids; must be thread-safe where NewId is
// shared.
using RandomBits = std::function<std::array<uint32_t, 4>()>;

// Bits of the system's own entropy source. Thread-safe.
std::array<uint32_t, 4> SystemRandomBits();

// A new id of 26 characters: 128 bits in lower-case base32 (RFC 4648 alphabet, no padding).
std::string NewId(const RandomBits& random = SystemRandomBits);

}  // namespace dateline

#endif  // DATELINE_COMMON_BASE_IDS_H_
