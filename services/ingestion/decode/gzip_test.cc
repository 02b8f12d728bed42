#include "services/ingestion/decode/gzip.h"

#include <string>

#include "gtest/gtest.h"
#include "services/ingestion/decode/test_gzip.h"

namespace dateline::ingestion::decode {
namespace {

TEST(Gunzip, UnpacksOneMemberOrMore) {
  EXPECT_FALSE(IsGzip("<rss>"));
  EXPECT_FALSE(IsGzip("\x1f\x8b"));
  const std::string large(300'000, 'x');
  for (const std::string& text : {std::string(), std::string("<rss/>"), large}) {
    ASSERT_TRUE(IsGzip(Gzip(text)));
    for (const char* rest : {"", "rest", "\x1f\x8b"}) {
      const Unpacked one = Gunzip(Gzip(text) + rest, large.size());
      EXPECT_EQ(one.bytes, text);
      EXPECT_FALSE(one.is_too_large || one.is_damaged) << rest;
    }
    EXPECT_EQ(Gunzip(Gzip("a") + Gzip("") + Gzip(text), large.size() + 1).bytes, "a" + text);
  }
}

TEST(Gunzip, SaysWhatIsTooLargeOrDamaged) {
  const std::string text = "<rss><channel><item/></channel></rss>";
  const std::string packed = Gzip(text);
  EXPECT_FALSE(Gunzip(packed, text.size()).is_too_large);
  EXPECT_TRUE(Gunzip(packed, text.size() - 1).is_too_large);
  const Unpacked bomb = Gunzip(Gzip(std::string(size_t{64} << 20, ' ')), size_t{1} << 20);
  EXPECT_TRUE(bomb.is_too_large);
  EXPECT_LT(bomb.bytes.size(), size_t{2} << 20);
  for (size_t size = 3; size < packed.size(); ++size) {
    const Unpacked cut = Gunzip(packed.substr(0, size), 1000);
    EXPECT_TRUE(cut.is_damaged) << size;
    EXPECT_EQ(cut.bytes, text.substr(0, cut.bytes.size()));
  }
  std::string wrong = packed;
  wrong[12] = '\xff';
  EXPECT_TRUE(Gunzip(wrong, 1000).is_damaged);
}

}  // namespace
}  // namespace dateline::ingestion::decode
