#ifndef DATELINE_COMMON_BASE_FNV_H_
#define DATELINE_COMMON_BASE_FNV_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace dateline {

// FNV-1a (Fowler, Noll, Vo): a hash that does not depend on machine, process or version of the
// program, for what is stored or compared between processes. Not for what an attacker may choose to
// collide.

inline constexpr uint64_t kFnvStart = 14695981039346656037ull;

// The hash of what gave `hash` so far, followed by one number; for texts, its bytes one by one.
constexpr uint64_t FnvStep(uint64_t hash, uint64_t value) {
  return (hash ^ value) * 1099511628211ull;
}

// The 64-bit hash of `text`, or of what gave `hash` so far followed by `text`.
constexpr uint64_t Fnv64(absl::string_view text, uint64_t hash = kFnvStart) {
  for (const char c : text) hash = FnvStep(hash, static_cast<unsigned char>(c));
  return hash;
}

// The same of `text` as a field among others: its length ends it, so that "ab", "c" is not "a",
// "bc".
constexpr uint64_t FnvField(absl::string_view text, uint64_t hash = kFnvStart) {
  return FnvStep(Fnv64(text, hash), text.size());
}

// The 32-bit hash of `text`.
constexpr uint32_t Fnv32(absl::string_view text) {
  uint32_t hash = 2166136261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

}  // namespace dateline

#endif  // DATELINE_COMMON_BASE_FNV_H_
