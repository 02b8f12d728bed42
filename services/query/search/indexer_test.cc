// The thread that keeps the index up to date.
#include "services/query/search/indexer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/read/journal.h"
#include "services/query/replica/replica_test_util.h"
#include "services/query/search/searcher.h"

namespace dateline::query::search {
namespace {

using dateline::testing::IsOk;
using replica::testing::BatchOf;
using replica::testing::StateOf;
using replica::testing::TopicState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class IndexerTest : public ::testing::Test {
 protected:
  IndexerTest()
      : replica_(*replica::Replica::Open(temporary_.path() + "/replica", &clock_)),
        folder_(temporary_.path() + "/search"),
        searcher_(folder_) {
    NewCopy({replica::testing::PublicationState(1)});
  }

  void NewCopy(std::vector<catalog::v1::ResourceState> states) {
    const auto copy = replica_->BeginCopy();
    ASSERT_THAT(copy, IsOk());
    ASSERT_THAT(replica::Apply(**copy, BatchOf(std::move(states), ++xid_)), IsOk());
    ASSERT_THAT(replica_->Swap(*copy), IsOk());
  }
  void Apply(std::vector<catalog::v1::ResourceState> states, int64_t at = 0) {
    ASSERT_THAT(replica_->ApplyAndPublish(BatchOf(std::move(states), ++xid_, at)), IsOk());
  }
  void Start() { indexer_ = std::make_unique<Indexer>(*replica_, folder_); }

  // Waits until all that is applied is in the index, and nothing of what was taken down.
  void Await() {
    const auto store = replica_->held();
    const auto transaction = store->Read();
    const uint64_t end = replica::JournalEnd(*transaction);
    const std::string copy = replica::CopyId(*transaction);
    for (;;) {
      const IndexerStatus status = indexer_->status();
      if (status.copy.rfind(copy, 0) == 0 && status.clean >= end) return;
      indexer_->Wake();
      std::this_thread::yield();
    }
  }
  std::vector<uint64_t> Found(absl::string_view text) {
    SearchOptions options;
    options.now = replica_->clock().Now();
    const auto result = searcher_.Search(text, options);
    EXPECT_THAT(result, IsOk());
    std::vector<uint64_t> keys;
    if (!result.ok()) return keys;
    for (const SearchHit& hit : result->hits) {
      keys.push_back(replica::ParseListSuffix(hit.place).article);
    }
    return keys;
  }
  // Whether a file of the index has the bytes.
  bool OnDisk(const std::string& bytes) const {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(temporary_.path() + "/search")) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string content((std::istreambuf_iterator<char>(file)), {});
      if (content.find(bytes) != std::string::npos) return true;
    }
    return false;
  }

  dateline::testing::FakeClock clock_;
  dateline::testing::TemporaryFolder temporary_;
  std::unique_ptr<replica::Replica> replica_;
  IndexFolder folder_;
  Searcher searcher_;
  std::unique_ptr<Indexer> indexer_;
  uint64_t xid_ = 1;
};

TEST_F(IndexerTest, MakesAnIndexOfACopyAndFollowsIt) {
  auto topic = TopicState(1, 1);
  topic.mutable_topic()->set_display_name("Kazakhstan");
  NewCopy({replica::testing::PublicationState(1), topic,
           StateOf({.key = 1, .topics = {1}, .title = "Harbour", .body = "Ships arrive."}),
           StateOf({.key = 2, .embargo = 60, .title = "Harbour hidden"})});
  Start();
  Await();
  EXPECT_THAT(Found("harbour"), ElementsAre(1));
  EXPECT_THAT(Found("ships"), ElementsAre(1));
  EXPECT_THAT(Found("kazakhstan"), ElementsAre(1));
  Apply({StateOf({.key = 3, .title = "Harbour again"}),
         StateOf({.key = 1, .version = 2, .title = "Changed", .body = "Other."})});
  Await();
  EXPECT_THAT(Found("harbour"), ElementsAre(3));
  EXPECT_THAT(Found("changed"), ElementsAre(1));
  EXPECT_THAT(Found("ships"), IsEmpty());
}

TEST_F(IndexerTest, AppliesInstantsThatComeDue) {
  Apply({StateOf({.key = 1, .expire = 50, .title = "Harbour"}),
         StateOf({.key = 2, .embargo = 60, .title = "Harbour"})});
  Start();
  Await();
  EXPECT_THAT(Found("harbour"), ElementsAre(1));
  clock_.Advance(absl::Seconds(61));
  // Over at once, whatever the index has.
  EXPECT_THAT(Found("harbour"), ::testing::Not(::testing::Contains(1)));
  Apply({TopicState(9, 1)}, 61);
  Await();
  EXPECT_THAT(Found("harbour"), ElementsAre(2));
}

TEST_F(IndexerTest, LeavesNoByteOfWhatWasTakenDown) {
  Apply({StateOf({.key = 1, .title = "Harbour", .body = "qzsecretword stands here"}),
         StateOf({.key = 2, .title = "Harbour", .body = "otherword stands here"})});
  Start();
  Await();
  EXPECT_TRUE(OnDisk("qzsecretword"));
  auto gone = replica::testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, 1, 2, "articles/a1");
  gone.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN);
  Apply({gone});
  Await();
  EXPECT_THAT(Found("harbour"), ElementsAre(2));
  EXPECT_FALSE(OnDisk("qzsecretword"));
  EXPECT_TRUE(OnDisk("otherword"));
}

TEST_F(IndexerTest, GoesOnAfterARestartAndStartsAnewWithAnotherCopy) {
  Apply({StateOf({.key = 1, .title = "Harbour"})});
  Start();
  Await();
  indexer_.reset();
  Apply({StateOf({.key = 2, .title = "Harbour"})});
  Start();
  Await();
  EXPECT_THAT(Found("harbour"), UnorderedElementsAre(1, 2));
  NewCopy({replica::testing::PublicationState(1), StateOf({.key = 3, .title = "Harbour"})});
  Await();
  EXPECT_THAT(Found("harbour"), ElementsAre(3));
}

TEST_F(IndexerTest, MakesADamagedIndexAnew) {
  Apply({StateOf({.key = 1, .title = "Harbour"})});
  Start();
  Await();
  indexer_.reset();
  std::filesystem::resize_file(folder_.path() + "/iamglass", 3);
  Start();
  Await();
  EXPECT_THAT(Found("harbour"), ElementsAre(1));
}

}  // namespace
}  // namespace dateline::query::search
