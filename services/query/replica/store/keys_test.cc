#include "services/query/replica/store/keys.h"

#include <gtest/gtest.h>

#include <vector>

namespace dateline::query::replica {
namespace {

TEST(Keys, OrderTimesAsBytesDo) {
  const std::vector<absl::Time> times = {absl::InfinitePast(),
                                         absl::FromUnixSeconds(-62'135'596'800),
                                         absl::FromUnixMicros(-1),
                                         absl::UnixEpoch(),
                                         absl::FromUnixMicros(1),
                                         absl::FromUnixSeconds(1'790'000'000),
                                         absl::FromUnixSeconds(253'402'300'799),
                                         absl::InfiniteFuture()};
  for (size_t i = 0; i < times.size(); ++i) {
    EXPECT_EQ(TimeFromOrdered(OrderedTime(times[i])), times[i]);
    if (i == 0) continue;
    std::string before;
    std::string after;
    AppendNumber(&before, OrderedTime(times[i - 1]));
    AppendNumber(&after, OrderedTime(times[i]));
    EXPECT_LT(before, after);
    EXPECT_GT(ListSuffix({times[i - 1], 1, Slot::kLive}), ListSuffix({times[i], 1, Slot::kLive}));
  }
}

TEST(Keys, ReadBackWhatWasWritten) {
  const ListEntry entry{absl::FromUnixMicros(-123'456), 0x0102030405060708, Slot::kScheduled};
  const std::string suffix = ListSuffix(entry);
  ASSERT_EQ(suffix.size(), kListSuffixBytes);
  const ListEntry read = ParseListSuffix(suffix);
  EXPECT_EQ(read.publish_time, entry.publish_time);
  EXPECT_EQ(read.article, entry.article);
  EXPECT_EQ(read.slot, entry.slot);
  const Visibility visibility{absl::UnixEpoch(), absl::InfiniteFuture()};
  EXPECT_EQ(ParseVisibility(EncodeVisibility(visibility)).from, visibility.from);
  EXPECT_EQ(ParseVisibility(EncodeVisibility(visibility)).until, visibility.until);
}

TEST(Keys, KeepPathsApartHoweverLong) {
  const std::string longest(1'024, 'x');
  std::string other = longest;
  other.back() = 'y';
  for (const std::string& path : {std::string("/a"), longest, other}) {
    EXPECT_LE(PathPrefix(~uint64_t{0}, path).size() + 1 + CardKey(1, Slot::kLive).size(), 511);
  }
  EXPECT_NE(PathPrefix(1, longest), PathPrefix(1, other));
  EXPECT_NE(PathPrefix(1, "/a"), PathPrefix(2, "/a"));
}

TEST(Keys, LetNoPathRunOverTheRest) {
  const std::string key = PathKey(PathPrefix(1, "/a"), {false, 0x6162636465666768, Slot::kLive});
  EXPECT_EQ(ParsePathKey(key, PathPrefix(1, "/a"))->article, 0x6162636465666768u);
  // Whatever stands behind the path in the key, written into a path, leads to no entry of it.
  for (size_t cut = 0; cut < key.size() - 8; ++cut) {
    const std::string path = "/a" + key.substr(key.size() - cut);
    EXPECT_FALSE(ParsePathKey(key, PathPrefix(1, path)).has_value() && path != "/a") << cut;
  }
  EXPECT_FALSE(ParsePathKey(key, PathPrefix(1, absl::string_view("/a\0\0abcdefgh", 12))));
  EXPECT_FALSE(ParsePathKey(key.substr(0, key.size() - 1), PathPrefix(1, "/a")));
  const std::string child = ChildKey("topics/a", 0x6162636465666768);
  EXPECT_EQ(ParseChildKey(child, ChildPrefix("topics/a")), 0x6162636465666768u);
  EXPECT_FALSE(ParseChildKey(child, ChildPrefix("topics/aabcdefgh")));
  EXPECT_FALSE(ParseChildKey(child, ChildPrefix("topics/")));
  EXPECT_LE(ChildKey(std::string(499, 'x'), ~uint64_t{0}).size(), 511u);
}

TEST(Keys, ReadWhatIsTooShortWithoutThrowing) {
  for (size_t size = 0; size <= kListSuffixBytes + 1; ++size) {
    const std::string text(size, 'x');
    ParseListSuffix(text);
    ParseVisibility(text);
    TurnOf(text);
    EXPECT_EQ(ReadNumber(text, 100), 0u);
  }
}

}  // namespace
}  // namespace dateline::query::replica
