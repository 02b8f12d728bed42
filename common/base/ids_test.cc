#include "common/base/ids.h"

#include "gtest/gtest.h"

namespace dateline {
namespace {

TEST(NewId, EncodesAllBitsAsBase32) {
  using Words = std::array<uint32_t, 4>;
  EXPECT_EQ(NewId([] { return Words{0, 0, 0, 0}; }), std::string(26, 'a'));
  EXPECT_EQ(NewId([] { return Words{0, 0, 0, 1}; }), "aaaaaaaaaaaaaaaaaaaaaaaaae");
  EXPECT_EQ(NewId([] { return Words{0x80000000, 0, 0, 0}; }), "qaaaaaaaaaaaaaaaaaaaaaaaaa");
  EXPECT_NE(NewId(), NewId());
}

}  // namespace
}  // namespace dateline
