#include "services/query/replica/store/resolved_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::replica {
namespace {

TEST(ResolvedNamesTest, GivesANameForItsNumberOnly) {
  ResolvedNames names;
  EXPECT_EQ(names.Find("topics/a", 0), std::nullopt);
  names.Put("topics/a", 2, 7);
  EXPECT_EQ(names.Find("topics/a", 2), 7u);
  EXPECT_EQ(names.Find("topics/a", 4), std::nullopt);
  names.Put("topics/a", 4, 8);
  EXPECT_EQ(names.Find("topics/a", 4), 8u);
  EXPECT_EQ(names.Find("topics/a", 2), std::nullopt);
  EXPECT_EQ(names.Find("topics/b", 4), std::nullopt);
}

TEST(ResolvedNamesTest, TakesNamesWithoutEnd) {
  ResolvedNames names;
  for (uint64_t i = 0; i < 2 * ResolvedNames::kMaxNames; ++i) {
    names.Put(absl::StrCat("topics/", i), 0, i);
    ASSERT_EQ(names.Find(absl::StrCat("topics/", i), 0), i);
  }
  size_t kept = 0;
  for (uint64_t i = 0; i < 2 * ResolvedNames::kMaxNames; ++i) {
    kept += names.Find(absl::StrCat("topics/", i), 0).has_value() ? 1 : 0;
  }
  EXPECT_LE(kept, ResolvedNames::kMaxNames);
}

TEST(GenerationsTest, TheVocabularyIsSettledBeforeAndBehindAWrite) {
  testing::TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), /*durable=*/false);
  const auto vocabulary = [&] { return store->generations().Of(Generations::kVocabulary); };
  const uint64_t before = vocabulary();
  EXPECT_TRUE(Generations::IsSettled(before));
  ASSERT_TRUE(Apply(*store, testing::BatchOf({testing::StateOf({.key = 1})})).ok());
  EXPECT_EQ(vocabulary(), before);
  ASSERT_TRUE(Apply(*store, testing::BatchOf({testing::TopicState(1, 1)}, 2)).ok());
  EXPECT_NE(vocabulary(), before);
  EXPECT_TRUE(Generations::IsSettled(vocabulary()));
  Generations generations;
  Generations::Touched touched;
  touched.Add(Generations::kVocabulary);
  generations.Announce(touched);
  EXPECT_FALSE(Generations::IsSettled(generations.Of(Generations::kVocabulary)));
  generations.Withdraw(touched);
  EXPECT_TRUE(Generations::IsSettled(generations.Of(Generations::kVocabulary)));
}

}  // namespace
}  // namespace dateline::query::replica
