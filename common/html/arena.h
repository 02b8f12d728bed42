#ifndef DATELINE_COMMON_HTML_ARENA_H_
#define DATELINE_COMMON_HTML_ARENA_H_

#include <cstddef>
#include <memory>
#include <vector>

namespace dateline::html {

// A bump allocator whose blocks are freed together: gumbo makes very many small allocations, and
// giving them one at a time to malloc costs two thirds of its time. Not thread-safe.
class Arena {
 public:
  // At most `max_bytes` are given out between two calls of Reset.
  explicit Arena(size_t max_bytes) : max_bytes_(max_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // `size` bytes aligned for any type, or null beyond the bound.
  void* Allocate(size_t size);

  // Takes everything back and sets a new bound. Keeps at most kKeptBytes for the next use; the rest
  // is freed.
  void Reset(size_t max_bytes);

  // What is allocated at present, given out or kept.
  size_t held_bytes() const;

  // Enough for a usual article, little enough for every thread to keep.
  static constexpr size_t kKeptBytes = size_t{2} << 20;

 private:
  void* AllocateBlock(size_t size);

  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };
  std::vector<Block> blocks_;
  size_t next_block_ = 0;
  char* position_ = nullptr;
  size_t left_ = 0;
  size_t given_ = 0;
  size_t max_bytes_;
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_ARENA_H_
