// What a takedown leaves of a text once the copy was made anew: nothing, in no form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/bulk/loader.h"
#include "services/query/replica/checkpoint.h"
#include "services/query/replica/replica.h"
#include "services/query/replica/replica_test_util.h"
#include "services/query/replica/store/bodies.h"

namespace dateline::query::replica {
namespace {

using dateline::testing::IsOk;
using ::testing::Contains;
using ::testing::Not;
using testing::StateOf;

constexpr char kMarker[] = "a sentence that has to go";
constexpr int64_t kArticles = 1'000;

// So many words, out of a vocabulary of that size: from a large one, nearly none of them twice.
std::string RandomWords(int count, uint64_t vocabulary, std::mt19937_64& random) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, absl::Hex(random() % vocabulary * 0x9e3779b97f4a7c15), " ");
  }
  return text;
}

// What a copy stores of a body: compressed, in pieces.
std::vector<std::string> PiecesOf(const Store& copy, uint64_t article) {
  const auto transaction = *copy.Read();
  const std::string key = CardKey(article, Slot::kLive);
  std::vector<std::string> pieces;
  Cursor cursor = transaction.Open(Table::kBodies);
  for (bool found = cursor.Seek(key); found && absl::StartsWith(cursor.key(), key);
       found = cursor.Next()) {
    pieces.emplace_back(cursor.value());
  }
  return pieces;
}

// Bodies are compressed with a dictionary of texts: neither the bytes that a body was stored in,
// nor what is decompressed, nor the dictionary has it afterwards, nor does a checkpoint.
TEST(TakedownTest, LeavesNothingOfACompressedText) {
  const testing::TemporaryFolder folder;
  dateline::testing::FakeClock clock;
  const auto replica = *Replica::Open(folder.path(), &clock);
  std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): the same at every run
  BulkLoader::States page;
  *page.Add() = testing::PublicationState(1);
  *page.Add() = StateOf({.key = 1,
                         .publish = -1,
                         .body = absl::StrCat(RandomWords(200, UINT64_MAX, random), kMarker)});
  for (int64_t key = 2; key <= kArticles; ++key) {
    *page.Add() = StateOf({.key = key, .publish = -key, .body = RandomWords(60, 500, random)});
  }
  std::vector<std::string> gone;
  {
    const auto copy = *replica->BeginCopy();
    BulkLoader loader(*copy);
    ASSERT_THAT(loader.Add(page, testing::At(0)), IsOk());
    ASSERT_THAT(loader.Finish(testing::PositionAt(1)), IsOk());
    ASSERT_THAT(replica->Swap(copy), IsOk());
    gone = PiecesOf(*copy, 1);
    ASSERT_FALSE(gone.empty());
    for (const std::string& piece : gone) ASSERT_GT(piece.size(), 20u);
    // What the test looks for is there.
    ASSERT_EQ(testing::FilesWith(folder.path(), gone), 1);
    ASSERT_THAT(DictionarySources(*copy->Read()), Contains(1u));
  }
  catalog::v1::ResourceState state =
      testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, 1, 2, "articles/a1");
  state.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN);
  ASSERT_THAT(replica->ApplyAndPublish(testing::BatchOf({state}, 2)), IsOk());
  ASSERT_TRUE(replica->needs_compaction());
  ASSERT_THAT(replica->Compact([] { return absl::OkStatus(); }), IsOk());

  gone.emplace_back(kMarker);
  EXPECT_EQ(testing::FilesWith(folder.path(), gone), 0);
  const auto copy = replica->held();
  const auto transaction = *copy->Read();
  int bodies = 0;
  const auto look = [&](absl::string_view /*key*/, absl::string_view body) {
    EXPECT_FALSE(absl::StrContains(body, kMarker));
    ++bodies;
    return absl::OkStatus();
  };
  EXPECT_THAT(ForEachBody(transaction, look), IsOk());
  EXPECT_EQ(bodies, kArticles - 1);
  EXPECT_FALSE(absl::StrContains(ReadDictionary(transaction).bytes, kMarker));
  EXPECT_THAT(DictionarySources(transaction), Not(Contains(1u)));
  const auto checkpoint = *CheckpointReader::Create(copy);
  while (const auto piece = checkpoint->Next()) {
    for (const std::string& bytes : gone) EXPECT_FALSE(absl::StrContains(piece->data, bytes));
  }
}

}  // namespace
}  // namespace dateline::query::replica
