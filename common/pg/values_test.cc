#include "common/pg/values.h"

#include <gtest/gtest.h>

namespace dateline::pg {
namespace {

TEST(ValuesTest, TimestampsKeepMicroseconds) {
  const absl::Time time = absl::FromUnixMicros(1'669'939'200'000'004);
  EXPECT_EQ(ToTimestamp(time), "2022-12-02 00:00:00.000004+00");
  EXPECT_EQ(FromTimestamp(ToTimestamp(time)), time);
  EXPECT_EQ(FromTimestamp("2022-12-02 00:00:00+00"), absl::FromUnixSeconds(1'669'939'200));
  EXPECT_EQ(FromTimestamp("2022-12-02 00:00:00.5+00"), absl::FromUnixMillis(1'669'939'200'500));
  EXPECT_EQ(FromTimestamp(ToTimestamp(absl::InfiniteFuture())), absl::InfiniteFuture());
  for (const char* bad : {"", "yesterday", "2022-12-02 00:00:00+01", "2022-12-02"}) {
    EXPECT_EQ(FromTimestamp(bad), std::nullopt) << bad;
  }
}

TEST(ValuesTest, BytesGoThereAndBack) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  EXPECT_EQ(FromBytea(ToBytea(all)), all);
  EXPECT_EQ(FromBytea("61"), std::nullopt);
}

TEST(ValuesTest, ArraysQuoteEveryElement) {
  EXPECT_EQ(ToArray(std::vector<std::string>{"a", "b\"c", "d\\e", "{,}", ""}),
            R"({"a","b\"c","d\\e","{,}",""})");
  EXPECT_EQ(ToArray(std::vector<std::optional<std::string>>{"a", std::nullopt}), R"({"a",NULL})");
  EXPECT_EQ(ToArray(std::vector<int64_t>{1, -2}), "{1,-2}");
  EXPECT_EQ(ToByteaArray(std::vector<std::string>{"ab", ""}), R"({"\\x6162","\\x"})");
  EXPECT_EQ(ToArray(std::vector<std::string>{}), "{}");
}

TEST(ValuesTest, ArraysGrowValueByValue) {
  ArrayParam array;
  EXPECT_EQ(array.str(), "{}");
  array.Add(-1);
  array.AddNull();
  array.AddTime(absl::UnixEpoch() + absl::Microseconds(5));
  array.AddText("NULL");
  EXPECT_EQ(array.str(), R"({-1,NULL,5,"NULL"})");
}

}  // namespace
}  // namespace dateline::pg
