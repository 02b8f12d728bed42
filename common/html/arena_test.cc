#include "common/html/arena.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace dateline::html {
namespace {

TEST(Arena, GivesAlignedBytesUpToItsBound) {
  Arena arena(size_t{1} << 20);
  size_t given = 0;
  while (void* bytes = arena.Allocate(1'000)) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes) % alignof(std::max_align_t), 0u);
    given += 1'000;
  }
  EXPECT_GT(given, 900'000u);
  EXPECT_LE(arena.held_bytes(), size_t{1} << 20);
  EXPECT_EQ(arena.Allocate(size_t{2} << 20), nullptr);
}

TEST(Arena, KeepsLittleOverAReset) {
  Arena arena(size_t{64} << 20);
  while (arena.Allocate(10'000) != nullptr) {
  }
  EXPECT_GT(arena.held_bytes(), size_t{60} << 20);
  arena.Reset(0);
  EXPECT_EQ(arena.held_bytes(), Arena::kKeptBytes);
  EXPECT_EQ(arena.Allocate(1), nullptr);
  // Large blocks are not kept at all.
  arena.Reset(size_t{64} << 20);
  EXPECT_NE(arena.Allocate(size_t{32} << 20), nullptr);
  arena.Reset(0);
  EXPECT_LE(arena.held_bytes(), Arena::kKeptBytes);
}

}  // namespace
}  // namespace dateline::html
