#include "services/query/replica/store/idle_readers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/query/replica/replica_test_util.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {
namespace {

using ::testing::Optional;

class IdleReadersTest : public ::testing::Test {
 protected:
  void Write(absl::string_view value) {
    WriteTransaction transaction = *store_->Write();
    transaction.Put(Table::kCards, "key", value);
    ASSERT_TRUE(transaction.Commit().ok());
  }

  const testing::TemporaryFolder folder_;
  const std::unique_ptr<Store> store_ = *Store::Open(folder_.path(), /*durable=*/false);
};

TEST_F(IdleReadersTest, ATransactionBegunAgainSeesWhatWasWrittenSince) {
  for (int i = 0; i < 100; ++i) {
    Write(absl::StrCat("value ", i));
    const ReadTransaction before = *store_->Read();
    Write("another");
    EXPECT_THAT(before.Get(Table::kCards, "key"), Optional(absl::StrCat("value ", i)));
    EXPECT_THAT(store_->Read()->Get(Table::kCards, "key"), Optional(std::string("another")));
  }
}

TEST_F(IdleReadersTest, MoreTransactionsThanAreKeptIdle) {
  for (int round = 0; round < 3; ++round) {
    std::vector<ReadTransaction> open;
    for (size_t i = 0; i < 3 * IdleReaders::kMaxIdle; ++i) {
      Write(absl::StrCat(round, " ", i));
      open.push_back(*store_->Read());
    }
    for (size_t i = 0; i < open.size(); ++i) {
      EXPECT_THAT(open[i].Get(Table::kCards, "key"), Optional(absl::StrCat(round, " ", i)));
    }
  }
}

TEST_F(IdleReadersTest, IdleOnesHoldNoPagesBack) {
  const std::string value(100'000, 'v');
  Write(value);
  std::vector<ReadTransaction> open;
  for (size_t i = 0; i < IdleReaders::kMaxIdle; ++i) open.push_back(*store_->Read());
  open.clear();
  for (int i = 0; i < 10; ++i) Write(value);
  const int64_t size = store_->SizeBytes();
  for (int i = 0; i < 200; ++i) Write(value);
  EXPECT_EQ(store_->SizeBytes(), size);
}

}  // namespace
}  // namespace dateline::query::replica
