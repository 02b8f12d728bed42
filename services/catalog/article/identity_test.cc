#include "services/catalog/article/identity.h"

#include <gtest/gtest.h>

namespace dateline::catalog::article {
namespace {

const absl::Time kDay = absl::FromUnixSeconds(1'600'000'000);

v1::UpsertItem Item(const std::vector<std::pair<v1::IdentityKind, std::string>>& keys) {
  v1::UpsertItem item;
  for (const auto& [kind, key] : keys) {
    item.add_keys()->set_kind(kind);
    item.mutable_keys(item.keys_size() - 1)->set_key(key);
  }
  return item;
}

constexpr auto kEntry = v1::IDENTITY_KIND_ENTRY;
constexpr auto kContent = v1::IDENTITY_KIND_CONTENT;

TEST(Recogniser, EntryGoesBeforeContent) {
  Recogniser recogniser({{{kEntry, "e"}, {7, kDay, true}}, {{kContent, "c"}, {8, kDay, false}}});
  EXPECT_EQ(recogniser.Recognise(0, Item({{kContent, "c"}, {kEntry, "e"}}), kDay), 7);
  EXPECT_TRUE(recogniser.claims().empty());
}

TEST(Recogniser, ContentCountsAcrossSourcesAndWithinAWeek) {
  const absl::Duration week = absl::Hours(7 * 24), longer = week + absl::Seconds(1);
  const Recogniser::Holders other = {{{kContent, "c"}, {8, kDay, false}}};
  EXPECT_EQ(Recogniser(other).Recognise(0, Item({{kContent, "c"}}), kDay + week), 8);
  EXPECT_EQ(Recogniser(other).Recognise(0, Item({{kContent, "c"}}), kDay - week), 8);
  EXPECT_EQ(Recogniser(other).Recognise(0, Item({{kContent, "c"}}), kDay + longer), -1);
  const Recogniser::Holders own = {{{kContent, "c"}, {8, kDay, true}}};
  EXPECT_EQ(Recogniser(own).Recognise(0, Item({{kContent, "c"}}), kDay), -1);
}

TEST(Recogniser, ContentPassesOnFromAnArticleOfLongAgo) {
  Recogniser recogniser({{{kContent, "c"}, {8, kDay, false}}});
  EXPECT_EQ(recogniser.Recognise(3, Item({{kContent, "c"}}), kDay + absl::Hours(1'000)), -1);
  ASSERT_EQ(recogniser.claims().size(), 1u);
  EXPECT_EQ(recogniser.claims()[0].taken_from, 8);
  EXPECT_EQ(recogniser.claims()[0].article_key, -1);
  EXPECT_EQ(recogniser.claims()[0].item, 3);
}

TEST(Recogniser, ItemsOfOneDeliveryFindEachOther) {
  Recogniser recogniser({});
  EXPECT_EQ(recogniser.Recognise(0, Item({{kEntry, "e"}}), kDay), -1);
  EXPECT_EQ(recogniser.Recognise(1, Item({{kEntry, "f"}}), kDay), -2);
  EXPECT_EQ(recogniser.Recognise(2, Item({{kEntry, "e"}, {kContent, "c"}}), kDay), -1);
  EXPECT_EQ(recogniser.new_articles(), 2);
  EXPECT_EQ(recogniser.claims().size(), 3u);
}

}  // namespace
}  // namespace dateline::catalog::article
