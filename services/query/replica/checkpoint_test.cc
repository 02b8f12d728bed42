#include "services/query/replica/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/position/position.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/apply/takedowns.h"
#include "services/query/replica/read/digest.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::replica {
namespace {

using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using testing::BatchOf;
using testing::StateOf;

class CheckpointTest : public ::testing::Test {
 protected:
  CheckpointTest()
      : from_(*Store::Open(from_folder_.path(), /*durable=*/false)),
        to_(*Store::Open(to_folder_.path(), /*durable=*/false)) {
    Batch batch = BatchOf({testing::PublicationState(1), testing::TopicState(1, 1)}, 7);
    for (int64_t key = 1; key <= 300; ++key) {
      batch.states.push_back(StateOf({.key = key,
                                      .publish = -key,
                                      .topics = {1},
                                      .title = absl::StrCat("Title ", std::string(1'000, 'x'))}));
    }
    EXPECT_THAT(Apply(*from_, batch), IsOk());
    EXPECT_THAT(MarkComplete(*from_), IsOk());
  }

  std::vector<CheckpointPiece> Pieces() {
    auto reader = CheckpointReader::Create(from_);
    EXPECT_THAT(reader, IsOk());
    std::vector<CheckpointPiece> pieces;
    while (auto piece = (*reader)->Next()) pieces.push_back(*std::move(piece));
    return pieces;
  }

  absl::Status Write(const std::vector<CheckpointPiece>& pieces) {
    CheckpointWriter writer(*to_);
    for (const CheckpointPiece& piece : pieces) {
      if (absl::Status status = writer.Add(piece); !status.ok()) return status;
    }
    return writer.Finish();
  }

  testing::TemporaryFolder from_folder_;
  testing::TemporaryFolder to_folder_;
  std::shared_ptr<Store> from_;
  std::unique_ptr<Store> to_;
};

TEST_F(CheckpointTest, HasEverythingOfOneInstant) {
  const auto before = DigestTables(*from_);
  auto reader = CheckpointReader::Create(from_);
  ASSERT_THAT(reader, IsOk());
  // What comes later is not in it.
  ASSERT_THAT(Apply(*from_, BatchOf({StateOf({.key = 999})}, 8)), IsOk());
  CheckpointWriter writer(*to_);
  std::string position;
  int pieces = 0;
  while (const auto piece = (*reader)->Next()) {
    ASSERT_THAT(writer.Add(*piece), IsOk());
    position = piece->position;
    ++pieces;
  }
  ASSERT_THAT(writer.Finish(), IsOk());
  EXPECT_GT(pieces, kTableCount / 2);
  EXPECT_EQ(position, EncodePosition(testing::PositionAt(7)));
  const auto after = DigestTables(*to_);
  ASSERT_EQ(after->size(), before->size());
  for (size_t i = 0; i < before->size(); ++i) EXPECT_EQ((*after)[i].digest, (*before)[i].digest);
  for (int i = 1; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    if (table == Table::kStates || table == Table::kNames || table == Table::kCards) continue;
    EXPECT_GE(from_->Entries(table), to_->Entries(table)) << TableName(table);
  }
}

TEST_F(CheckpointTest, HasNeitherReceiptsNorBytesOfWhatIsGone) {
  const std::string marker = "a sentence that has to go";
  ASSERT_THAT(Apply(*from_, BatchOf({StateOf({.key = 400, .title = marker})}, 8)), IsOk());
  auto takedown = testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, 400, 2, "articles/a400");
  takedown.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN);
  ASSERT_THAT(Apply(*from_, BatchOf({takedown}, 9)), IsOk());
  ASSERT_EQ(ReadOwedReceipts(*from_)->unclean, 1);
  ASSERT_THAT(Write(Pieces()), IsOk());
  EXPECT_EQ(ReadOwedReceipts(*to_)->unclean, 0);
  std::ifstream file(to_->folder() + "/data.mdb", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_FALSE(absl::StrContains(bytes, marker));
}

TEST_F(CheckpointTest, RefusesWhatIsNotWhole) {
  std::vector<CheckpointPiece> pieces = Pieces();
  ASSERT_GT(pieces.size(), 4u);
  EXPECT_THAT(Write({}), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Write({pieces[0]}), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(CheckpointTest, RefusesAPieceThatIsMissingOrDamagedOrUnknown) {
  std::vector<CheckpointPiece> pieces = Pieces();
  // The second piece of a table without the first.
  size_t second = 0;
  while (second < pieces.size() && pieces[second].offset == 0) ++second;
  ASSERT_LT(second, pieces.size());
  EXPECT_THAT(CheckpointWriter(*to_).Add(pieces[second]), StatusIs(absl::StatusCode::kDataLoss));
  CheckpointPiece damaged = pieces[0];
  damaged.data.pop_back();
  EXPECT_THAT(CheckpointWriter(*to_).Add(damaged), StatusIs(absl::StatusCode::kDataLoss));
  CheckpointPiece unknown = pieces[0];
  unknown.table = "tomorrow";
  EXPECT_THAT(CheckpointWriter(*to_).Add(unknown), StatusIs(absl::StatusCode::kFailedPrecondition));
  CheckpointWriter writer(*to_);
  ASSERT_THAT(writer.Add(pieces.back()), IsOk());
  EXPECT_THAT(writer.Add(pieces[0]), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace dateline::query::replica
