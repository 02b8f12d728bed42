#include "common/base/fnv.h"

#include <gtest/gtest.h>

namespace dateline {
namespace {

TEST(FnvTest, GivesThePublishedValues) {
  // From the test vectors of its authors.
  EXPECT_EQ(Fnv64(""), 0xCBF29CE484222325u);
  EXPECT_EQ(Fnv64("a"), 0xAF63DC4C8601EC8Cu);
  EXPECT_EQ(Fnv64("foobar"), 0x85944171F73967E8u);
  EXPECT_EQ(Fnv32(""), 0x811C9DC5u);
  EXPECT_EQ(Fnv32("a"), 0xE40C292Cu);
  EXPECT_EQ(Fnv32("foobar"), 0xBF9CF968u);
}

TEST(FnvTest, GoesOnWhereItWas) {
  EXPECT_EQ(Fnv64("bar", Fnv64("foo")), Fnv64("foobar"));
  EXPECT_EQ(Fnv64("\xFF"), FnvStep(kFnvStart, 0xFF)) << "bytes are not signed";
}

TEST(FnvTest, KeepsFieldsApart) {
  EXPECT_NE(FnvField("c", FnvField("ab")), FnvField("bc", FnvField("a")));
  EXPECT_EQ(FnvField("ab"), FnvStep(Fnv64("ab"), 2));
}

}  // namespace
}  // namespace dateline
