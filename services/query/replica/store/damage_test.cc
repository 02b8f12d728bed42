// Files that are cut, written over, of another version, or full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/replica.h"
#include "services/query/replica/replica_test_util.h"
#include "services/query/replica/store/bodies.h"

namespace dateline::query::replica {
namespace {

using dateline::testing::FakeClock;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using testing::BatchOf;
using testing::StateOf;

constexpr size_t kPage = 4'096;
constexpr uint16_t kBranch = 1;
constexpr uint16_t kLeaf = 2;

Batch ManyArticles(int64_t first, int64_t last) {
  Batch batch = BatchOf({testing::PublicationState(1)});
  for (int64_t key = first; key <= last; ++key) {
    batch.states.push_back(
        StateOf({.key = key,
                 .publish = -key,
                 .title = absl::StrCat("Title ", std::string(2'500, 'x')),
                 .body = std::string(5'000, static_cast<char>('a' + key % 26))}));
  }
  return batch;
}

class DamageTest : public ::testing::Test {
 protected:
  DamageTest() { std::filesystem::create_directories(folder()); }

  std::string folder() const { return folder_.path() + "/copy"; }
  std::string file() const { return folder() + "/data.mdb"; }

  std::unique_ptr<Store> Open(PageCheck check = PageCheck::kBranches,
                              size_t map_bytes = Store::kMapBytes) {
    auto store = Store::Open(folder(), /*durable=*/true, check, map_bytes);
    EXPECT_THAT(store, IsOk());
    return *std::move(store);
  }
  absl::Status Reopened(PageCheck check) {
    return Store::Open(folder(), /*durable=*/true, check).status();
  }
  void Fill() { ASSERT_THAT(Apply(*Open(), ManyArticles(1, 300)), IsOk()); }

  // Writes over all pages of a kind but those that LMDB begins with; how many.
  int WriteOver(uint16_t kind) {
    std::fstream pages(file(), std::ios::in | std::ios::out | std::ios::binary);
    std::string page(kPage, '\0');
    int written = 0;
    for (size_t number = 2;
         pages.seekg(static_cast<std::streamoff>(number * kPage)) && pages.read(page.data(), kPage);
         ++number) {
      uint16_t flags = 0;
      std::memcpy(&flags, page.data() + 10, sizeof(flags));
      if (flags != kind) continue;
      pages.seekp(static_cast<std::streamoff>(number * kPage));
      pages.write(std::string(kPage, '\0').data(), kPage);
      ++written;
    }
    return written;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(DamageTest, FindsNothingInAGoodFile) {
  Fill();
  for (int64_t key = 1; key < 300; key += 3) {
    ASSERT_THAT(Apply(*Open(), BatchOf({testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, key,
                                                           2, absl::StrCat("articles/a", key))})),
                IsOk());
  }
  EXPECT_THAT(Reopened(PageCheck::kBranches), IsOk());
  EXPECT_THAT(Reopened(PageCheck::kAll), IsOk());
  EXPECT_THAT(CheckPages(folder() + "/none", PageCheck::kAll), IsOk());
}

TEST_F(DamageTest, FindsAFileThatWasCut) {
  Fill();
  const auto size = std::filesystem::file_size(file());
  for (const auto part :
       {size - kPage, size / 2, uintmax_t{3 * kPage}, uintmax_t{kPage + 100}, uintmax_t{100}}) {
    std::filesystem::resize_file(file(), part);
    EXPECT_THAT(Reopened(PageCheck::kAll), StatusIs(absl::StatusCode::kDataLoss)) << part;
  }
}

TEST_F(DamageTest, FindsAFileThatWasCutByLookingAtBranchesOnly) {
  Fill();
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);
  EXPECT_THAT(Reopened(PageCheck::kBranches), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DamageTest, FindsPagesThatWereWrittenOver) {
  Fill();
  ASSERT_GT(WriteOver(kBranch), 0);
  EXPECT_THAT(Reopened(PageCheck::kBranches), StatusIs(absl::StatusCode::kDataLoss));
  std::filesystem::remove(file());
  Fill();
  ASSERT_GT(WriteOver(kLeaf), 10);
  EXPECT_THAT(Reopened(PageCheck::kAll), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DamageTest, FindsAnotherVersionOfLmdbAndWhatIsNoCopyAtAll) {
  Fill();
  {
    std::fstream page(file(), std::ios::in | std::ios::out | std::ios::binary);
    page.seekp(16 + 4);
    page.put(9);
  }
  EXPECT_THAT(Reopened(PageCheck::kBranches), StatusIs(absl::StatusCode::kDataLoss));
  std::ofstream(file()) << std::string(100'000, 'x');
  EXPECT_THAT(Reopened(PageCheck::kBranches), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DamageTest, IsKnownOnceATransactionHasMetIt) {
  Fill();
  const auto store = Open();
  EXPECT_THAT(store->Check(), IsOk());
  ASSERT_GT(WriteOver(kLeaf), 10);
  EXPECT_THAT(Apply(*store, ManyArticles(301, 302)), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(store->Check(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DamageTest, IsKnownOnceABodyCannotBeRead) {
  Fill();
  const auto store = Open();
  {
    auto transaction = store->Write();
    ASSERT_THAT(transaction, IsOk());
    transaction->Put(Table::kBodies, BodyPieceKey(CardKey(5, Slot::kLive), 0), "nonsense");
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  EXPECT_EQ(ReadBody(*store->Read(), 5, Slot::kLive), "");
  EXPECT_THAT(store->Check(), StatusIs(absl::StatusCode::kDataLoss));
  // What would be written by what was read is not.
  EXPECT_THAT(Apply(*store, ManyArticles(301, 302)), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DamageTest, IsKnownWhenTheFileBecomesShorter) {
  Fill();
  const auto store = Open();
  EXPECT_THAT(store->Check(), IsOk());
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) - kPage);
  EXPECT_THAT(store->Check(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DamageTest, AFullStoreTakesNothingMoreAndReadsOn) {
  const auto store = Open(PageCheck::kBranches, size_t{4} << 20);
  int64_t key = 0;
  absl::Status status;
  while (status.ok()) {
    key += 10;
    ASSERT_LT(key, 10'000);
    status = Apply(*store, ManyArticles(key - 9, key));
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(store->Check(), IsOk());
  EXPECT_EQ(store->Entries(Table::kCards), key - 10);
  EXPECT_NE(ReadBody(*store->Read(), 1, Slot::kLive), "");
}

TEST_F(DamageTest, AReplicaDropsACopyThatIsDamagedAtTheStart) {
  FakeClock clock;
  const std::string folder = folder_.path();
  const auto make = [&] {
    const auto replica = *Replica::Open(folder, &clock);
    EXPECT_THAT(replica->CheckCopy(), IsOk());
    auto copy = replica->BeginCopy();
    ASSERT_THAT(copy, IsOk());
    ASSERT_THAT(Apply(**copy, ManyArticles(1, 300)), IsOk());
    ASSERT_THAT(replica->Swap(*copy), IsOk());
  };
  make();
  std::filesystem::resize_file(folder + "/copy-1/data.mdb", 100'000);
  const auto replica = *Replica::Open(folder, &clock);
  EXPECT_EQ(replica->held(), nullptr);
  EXPECT_THAT(replica->CheckCopy(), StatusIs(absl::StatusCode::kDataLoss));
  // Until there is a new one.
  auto copy = replica->BeginCopy();
  ASSERT_THAT(copy, IsOk());
  ASSERT_THAT(Apply(**copy, ManyArticles(1, 2)), IsOk());
  ASSERT_THAT(replica->Swap(*copy), IsOk());
  EXPECT_THAT(replica->CheckCopy(), IsOk());
}

TEST_F(DamageTest, CountsRunsThatEndedUnclean) {
  EXPECT_EQ(Ends(folder_.path()).unclean(), 0);
  EXPECT_EQ(Ends(folder_.path()).unclean(), 0);
  const std::string running = folder_.path() + "/RUNNING";
  for (int i = 1; i <= 3; ++i) {
    // The file stays where a run is killed.
    std::string left;
    {
      const Ends killed(folder_.path());
      std::ifstream(running) >> left;
    }
    std::ofstream(running) << left;
    EXPECT_EQ(left, absl::StrCat(i));
  }
  EXPECT_EQ(Ends(folder_.path()).unclean(), 3);
  std::ofstream(running) << "nonsense";
  EXPECT_EQ(Ends(folder_.path()).unclean(), 0);
}

}  // namespace
}  // namespace dateline::query::replica
