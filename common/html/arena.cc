#include "common/html/arena.h"

#include <algorithm>
#include <numeric>

namespace dateline::html {
namespace {

constexpr size_t kAlignment = alignof(std::max_align_t);
constexpr size_t kBlockBytes = size_t{256} << 10;
constexpr size_t kKeptBlocks = Arena::kKeptBytes / kBlockBytes;

}  // namespace

void* Arena::Allocate(size_t size) {
  size = (size + kAlignment - 1) & ~(kAlignment - 1);
  if (size > left_) return AllocateBlock(size);
  char* const result = position_;
  position_ += size;
  left_ -= size;
  return result;
}

void* Arena::AllocateBlock(size_t size) {
  while (next_block_ < blocks_.size() && blocks_[next_block_].size < size) ++next_block_;
  if (next_block_ == blocks_.size()) {
    const size_t bytes = std::max(size, kBlockBytes);
    if (given_ + bytes > max_bytes_) return nullptr;
    blocks_.push_back({std::unique_ptr<char[]>(new char[bytes]), bytes});
  } else if (given_ + blocks_[next_block_].size > max_bytes_) {
    return nullptr;
  }
  const Block& block = blocks_[next_block_++];
  given_ += block.size;
  position_ = block.bytes.get() + size;
  left_ = block.size - size;
  return block.bytes.get();
}

size_t Arena::held_bytes() const {
  return std::accumulate(blocks_.begin(), blocks_.end(), size_t{0},
                         [](size_t sum, const Block& block) { return sum + block.size; });
}

void Arena::Reset(size_t max_bytes) {
  blocks_.erase(std::remove_if(blocks_.begin(), blocks_.end(),
                               [](const Block& b) { return b.size > kBlockBytes; }),
                blocks_.end());
  if (blocks_.size() > kKeptBlocks) blocks_.resize(kKeptBlocks);
  next_block_ = 0;
  position_ = nullptr;
  left_ = 0;
  given_ = 0;
  max_bytes_ = max_bytes;
}

}  // namespace dateline::html
