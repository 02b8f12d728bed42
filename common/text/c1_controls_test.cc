#include "common/text/c1_controls.h"

#include "gtest/gtest.h"

namespace dateline::text {
namespace {

TEST(C1Controls, AreWindows1252) {
  EXPECT_EQ(MeaningOfC1Control(0x80), U'\u20AC');
  EXPECT_EQ(MeaningOfC1Control(0x92), U'\u2019');
  EXPECT_EQ(MeaningOfC1Control(0x9F), U'\u0178');
  for (const char32_t none : {0x81, 0x8D, 0x8F, 0x90, 0x9D}) {
    EXPECT_EQ(MeaningOfC1Control(none), U'\0');
  }
  std::string copy;
  EXPECT_EQ(WithoutC1Controls("", &copy), "");
  EXPECT_EQ(WithoutC1Controls("a\u00A0\u00BFb\u0412", &copy), "a\u00A0\u00BFb\u0412");
  EXPECT_EQ(copy, "");
  EXPECT_EQ(WithoutC1Controls("\xC2\x93it\xC2\x92s\xC2\x94\xC2\x81", &copy),
            "\u201Cit\u2019s\u201D");
  EXPECT_EQ(WithoutC1Controls("\xC2\x92", &copy), "\u2019");
  EXPECT_EQ(WithoutC1Controls("a\xC2", &copy), "a\xC2");
}

}  // namespace
}  // namespace dateline::text
