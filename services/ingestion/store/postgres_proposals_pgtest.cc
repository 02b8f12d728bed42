// Categories without a topic, counted.
#include <gmock/gmock.h>

#include <thread>

#include "services/ingestion/store/postgres_proposal_store.h"
#include "services/ingestion/store/postgres_store_test_base.h"

namespace dateline::ingestion::store {
namespace {

using dateline::testing::IsOk;
using ::testing::ElementsAre;

class ProposalsTest : public PostgresStoreTest {
 protected:
  void SetUp() override {
    PostgresStoreTest::SetUp();
    proposals_ = std::make_unique<PostgresProposalStore>(*pool_);
  }

  static SeenProposal Seen(const std::string& key, int64_t entries = 1,
                           const std::string& source = "sources/wire") {
    SeenProposal seen;
    seen.key = key;
    seen.term = absl::StrCat("Term ", key);
    seen.source = source;
    seen.entries = entries;
    seen.examples = {"articles/" + key};
    return seen;
  }
  void Count(const std::vector<SeenProposal>& seen) {
    ASSERT_THAT(proposals_->Count(call_, seen), IsOk());
  }
  std::vector<std::string> List(std::optional<ProposalStore::Cursor> after = std::nullopt,
                                int limit = 100) {
    const auto listed = proposals_->List(call_, after, limit);
    EXPECT_THAT(listed, IsOk());
    std::vector<std::string> out;
    for (const auto& stored : *listed) {
      out.push_back(absl::StrCat(stored.key, ":", stored.proposal.entries()));
    }
    return out;
  }

  std::unique_ptr<PostgresProposalStore> proposals_;
};

TEST_F(ProposalsTest, AddsUpMostFrequentFirst) {
  Count({Seen("ports", 2), Seen("rail", 5), Seen("air", 2)});
  Count({Seen("ports", 1)});
  Count({});
  EXPECT_THAT(List(), ElementsAre("rail:5", "ports:3", "air:2"));
  EXPECT_THAT(List(ProposalStore::Cursor{3, "ports"}), ElementsAre("air:2"));
  EXPECT_THAT(List(ProposalStore::Cursor{3, "a"}, 1), ElementsAre("ports:3"));
  ASSERT_THAT(proposals_->Forget(call_, {"rail", "nothing"}), IsOk());
  EXPECT_THAT(List(), ElementsAre("ports:3", "air:2"));
}

TEST_F(ProposalsTest, KeepsWhereATermCameFrom) {
  SeenProposal seen = Seen("ports");
  seen.topic = "topics/ports";
  Count({seen});
  seen.topic = "";
  seen.term = "PORTS \"big\"";
  for (int i = 0; i < 20; ++i) {
    seen.source = absl::StrCat("sources/s", i);
    seen.examples = {absl::StrCat("articles/e", i)};
    Count({seen, seen});
  }
  const auto listed = proposals_->List(call_, std::nullopt, 10);
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->size(), 1u);
  const v1::TopicProposal& proposal = (*listed)[0].proposal;
  EXPECT_EQ(proposal.entries(), 41);
  EXPECT_EQ(proposal.term(), "PORTS \"big\"");
  EXPECT_EQ(proposal.topic(), "topics/ports");
  EXPECT_EQ(proposal.sources_size(), kMaxProposalSources);
  EXPECT_EQ(proposal.sources(0), "sources/wire");
  EXPECT_THAT(std::vector<std::string>(proposal.examples().begin(), proposal.examples().end()),
              ElementsAre("articles/ports", "articles/e0", "articles/e0"));
  EXPECT_GT(proposal.last_time().seconds(), 0);
  EXPECT_GE(proposal.last_time().seconds(), proposal.first_time().seconds());
}

TEST_F(ProposalsTest, CountsRightWithManyDeliveriesAtOnce) {
  std::vector<std::thread> deliveries;
  for (int d = 0; d < 6; ++d) {
    deliveries.emplace_back([&, d] {
      for (int i = 0; i < 20; ++i) {
        // In an order of its own each time.
        std::vector<SeenProposal> seen;
        for (int k = 0; k < 10; ++k) seen.push_back(Seen(absl::StrCat("t", (k * 3 + d + i) % 10)));
        EXPECT_THAT(proposals_->Count(call_, seen), IsOk());
      }
    });
  }
  for (std::thread& delivery : deliveries) delivery.join();
  EXPECT_EQ(Sql("SELECT min(entries) || '/' || max(entries) || '/' || count(*) "
                "FROM ingestion.topic_proposals"),
            "120/120/10");
}

TEST_F(ProposalsTest, ForgetsTheRarestAboveItsBound) {
  PostgresProposalStore bounded(*pool_, /*max_terms=*/10);
  for (int i = 0; i < 10; ++i) {
    ASSERT_THAT(bounded.Count(call_, {Seen(absl::StrCat("t", i), i == 3 ? 1 : 2)}), IsOk());
  }
  ASSERT_THAT(bounded.Count(call_, {Seen("new", 2)}), IsOk());
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.topic_proposals"), "10");
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.topic_proposals WHERE key = 't3'"), "0");
  ASSERT_THAT(bounded.Count(call_, {Seen("newer", 2)}), IsOk());
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.topic_proposals WHERE key = 't0'"), "0");
}

}  // namespace
}  // namespace dateline::ingestion::store
