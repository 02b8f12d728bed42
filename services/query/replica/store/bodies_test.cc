#include "services/query/replica/store/bodies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::replica {
namespace {

using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Pair;

class BodiesTest : public ::testing::Test {
 protected:
  BodiesTest() : store_(*Store::Open(folder_.path(), /*durable=*/false)) {}

  void Write(uint64_t article, absl::string_view body, Slot slot = Slot::kLive) {
    auto transaction = store_->Write();
    ASSERT_THAT(transaction, IsOk());
    WriteBody(*transaction, article, slot, body);
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  std::string Read(uint64_t article, Slot slot = Slot::kLive) {
    return ReadBody(*store_->Read(), article, slot);
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

// Bytes that no compressor makes smaller.
std::string Noise(size_t bytes) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same at every run
  std::string noise;
  while (noise.size() < bytes) noise.push_back(static_cast<char>(random()));
  return noise;
}

TEST_F(BodiesTest, GivesBackWhatWasWritten) {
  const std::string words = [] {
    std::string text;
    for (int i = 0; i < 2'000; ++i) absl::StrAppend(&text, "word ", i * i, " ");
    return text;
  }();
  for (const std::string& body : {std::string("a"), words, Noise(100'000), std::string()}) {
    Write(1, "the one before");
    Write(1, body);
    EXPECT_EQ(Read(1), body);
    EXPECT_EQ(BodyBytes(*store_->Read(), 1, Slot::kLive), body.size());
  }
  EXPECT_EQ(store_->Entries(Table::kBodies), 0);
}

TEST_F(BodiesTest, KeepsArticlesAndSlotsApart) {
  Write(2, Noise(5'000));
  Write(1, "one, live");
  Write(1, "one, scheduled", Slot::kScheduled);
  EXPECT_EQ(Read(1), "one, live");
  EXPECT_EQ(Read(1, Slot::kScheduled), "one, scheduled");
  EXPECT_EQ(Read(2), Noise(5'000));
  EXPECT_EQ(Read(3), "");
  std::vector<std::pair<uint64_t, size_t>> visited;
  ASSERT_THAT(ForEachBody(*store_->Read(),
                          [&](absl::string_view key, absl::string_view body) {
                            visited.emplace_back(ReadNumber(key), body.size());
                            return absl::OkStatus();
                          }),
              IsOk());
  EXPECT_THAT(visited, ElementsAre(Pair(1, 9), Pair(1, 14), Pair(2, 5'000)));
}

TEST_F(BodiesTest, CompressesWithTheDictionaryOfTheStore) {
  const std::string text =
      "The President of the Republic of Kazakhstan received the ambassador on Monday.";
  {
    auto transaction = store_->Write();
    ASSERT_THAT(transaction, IsOk());
    WriteDictionary(*transaction, text, {4, 5});
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  Write(1, text);
  EXPECT_EQ(Read(1), text);
  EXPECT_LT(PackBody(text, ReadDictionary(*store_->Read())).at(0).size(), text.size() / 2);
  EXPECT_THAT(DictionarySources(*store_->Read()), ElementsAre(4, 5));
}

TEST_F(BodiesTest, SeesThatABodyIsDamaged) {
  const std::string key = BodyPieceKey(CardKey(1, Slot::kLive), 1);
  for (const std::string& piece : {std::string(), std::string("\xff\xff")}) {
    // Once it knows, a store takes nothing more.
    store_.reset();
    store_ = *Store::Open(folder_.path(), /*durable=*/false);
    Write(1, Noise(3'000));
    auto transaction = store_->Write();
    ASSERT_THAT(transaction, IsOk());
    transaction->Put(Table::kBodies, key, piece);
    ASSERT_THAT(transaction->Commit(), IsOk());
    std::string out = "before";
    EXPECT_FALSE(AppendBody(*store_->Read(), 1, Slot::kLive, &out));
    EXPECT_EQ(out, "before");
    EXPECT_THAT(ForEachBody(*store_->Read(), [](auto, auto) { return absl::OkStatus(); }),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(CompressionTest, TrainsADictionaryOfWhatTextsHaveInCommon) {
  std::vector<std::string> samples;
  std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same at every run
  for (int i = 0; i < 500; ++i) {
    std::string text;
    for (int word = 0; word < 200; ++word) {
      absl::StrAppend(&text, "syllable", random() % 500, random() % 2 == 0 ? "s " : " ");
    }
    samples.push_back(std::move(text));
  }
  const std::string bytes = TrainDictionary(samples);
  ASSERT_FALSE(bytes.empty());
  const DictionaryView dictionary{1, bytes};
  EXPECT_LT(Compress(samples[0], dictionary).size(), Compress(samples[0], {}).size());
  std::string out;
  ASSERT_TRUE(Decompress(Compress(samples[0], dictionary), samples[0].size(), dictionary, &out));
  EXPECT_EQ(out, samples[0]);
  EXPECT_EQ(TrainDictionary({}), "");
}

}  // namespace
}  // namespace dateline::query::replica
