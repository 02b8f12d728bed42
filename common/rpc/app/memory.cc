#include "common/rpc/app/memory.h"

#include <malloc.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace dateline::rpc {
namespace {

// Blocks from this size on are mapped and unmapped one by one.
constexpr int kMapBytes = 256 << 10;
// What may stay free at the end of a pool.
constexpr int kKeptBytes = 1 << 20;

}  // namespace

void BoundPooledMemory() {
  mallopt(M_MMAP_THRESHOLD, kMapBytes);
  mallopt(M_TRIM_THRESHOLD, kKeptBytes);
  mallopt(M_ARENA_MAX, static_cast<int>(std::max(2U, std::thread::hardware_concurrency())));
}

size_t ResidentBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    absl::string_view rest = line;
    size_t kilobytes = 0;
    if (absl::ConsumePrefix(&rest, "RssAnon:") && absl::ConsumeSuffix(&rest, "kB") &&
        absl::SimpleAtoi(rest, &kilobytes)) {
      return kilobytes << 10;
    }
  }
  return 0;
}

bool FreeMemoryReturner::Look() {
  const size_t resident = ResidentBytes();
  if (resident < resident_ + kGrowth) {
    // What was in use last time may have gone since.
    resident_ = std::min(resident_, resident);
    return false;
  }
  malloc_trim(0);
  resident_ = ResidentBytes();
  return true;
}

}  // namespace dateline::rpc
