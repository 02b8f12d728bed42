#include "common/rpc/app/memory.h"

#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace dateline::rpc {
namespace {

constexpr size_t kBlock = 1'000;
constexpr size_t kBlocks = 64'000;

// Blocks that are all used, and of which one in a hundred is kept, so that no pool is free at its
// end.
std::vector<std::unique_ptr<char[]>> LeaveHoles() {
  std::vector<std::unique_ptr<char[]>> blocks;
  for (size_t i = 0; i < kBlocks; ++i) {
    blocks.push_back(std::make_unique<char[]>(kBlock));
    std::memset(blocks.back().get(), 'x', kBlock);
  }
  std::vector<std::unique_ptr<char[]>> kept;
  for (size_t i = 0; i < kBlocks; i += 100) kept.push_back(std::move(blocks[i]));
  return kept;
}

TEST(FreeMemoryReturner, GivesBackWhatThreadsHaveFreed) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer has a malloc of its own";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "a sanitizer has a malloc of its own";
#endif
#endif
  BoundPooledMemory();
  FreeMemoryReturner memory;
  memory.Look();
  const size_t before = ResidentBytes();
  ASSERT_GT(before, 0u);
  std::vector<std::unique_ptr<char[]>> kept;
  std::thread thread([&] { kept = LeaveHoles(); });
  thread.join();
  const size_t filled = ResidentBytes();
  EXPECT_GT(filled, before + kBlocks * kBlock / 2);
  EXPECT_TRUE(memory.Look());
  EXPECT_LT(ResidentBytes(), before + (filled - before) / 4);
  EXPECT_FALSE(memory.Look());
}

}  // namespace
}  // namespace dateline::rpc
