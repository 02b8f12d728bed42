#ifndef DATELINE_COMMON_RPC_APP_MEMORY_H_
#define DATELINE_COMMON_RPC_APP_MEMORY_H_

#include <cstddef>

namespace dateline::rpc {

// Has malloc keep less of what large requests leave free: it would raise the size from which blocks
// are given back at once to 32 MiB, and give a pool of its own to each of the many threads. To be
// called before any thread begins.
void BoundPooledMemory();

// Bytes of this process that are in memory and are no file's; 0 if the system does not say.
size_t ResidentBytes();

// Gives memory that malloc keeps free back to the system, when the process has grown. Not
// thread-safe.
class FreeMemoryReturner {
 public:
  // Growth from which the memory is looked through.
  static constexpr size_t kGrowth = size_t{16} << 20;

  // To be called now and then. Whether the memory was looked through.
  bool Look();

 private:
  // When it was looked through last.
  size_t resident_ = 0;
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_APP_MEMORY_H_
