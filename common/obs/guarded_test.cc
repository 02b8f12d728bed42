#include "common/obs/guarded.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace dateline::obs {
namespace {

TEST(GuardedTest, TellsWhatThrewAndGoesOn) {
  bool ran = false;
  EXPECT_TRUE(Guarded("well", [&] { ran = true; }));
  EXPECT_TRUE(ran);
  EXPECT_FALSE(Guarded("ill", [] { throw std::runtime_error("broken"); }));
  EXPECT_FALSE(Guarded("odd", [] { throw 7; }));
}

}  // namespace
}  // namespace dateline::obs
