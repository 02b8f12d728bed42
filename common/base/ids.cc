#include "common/base/ids.h"

#include <random>

namespace dateline {

std::array<uint32_t, 4> SystemRandomBits() {
  // Opening one costs more than all that is read from it.
  thread_local std::random_device device;
  return {device(), device(), device(), device()};
}

std::string NewId(const RandomBits& random) {
  constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string id;
  uint64_t pending = 0;
  int bits = 0;
  for (const uint32_t word : random()) {
    pending = (pending << 32) | word;
    for (bits += 32; bits >= 5; bits -= 5) id += kAlphabet[(pending >> (bits - 5)) & 31];
  }
  id += kAlphabet[(pending << (5 - bits)) & 31];
  return id;
}

}  // namespace dateline
