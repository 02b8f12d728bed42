// What a query server does with takedowns, against an in-memory catalog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "services/query/follow/consumer.h"
#include "services/query/testing/query_test_fixture.h"

namespace dateline::query::follow {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using replica::testing::At;
using replica::testing::StateOf;
using ::testing::ElementsAre;
using ::testing::Pair;
using testing::QueryProcess;
using ::testing::StartsWith;

constexpr char kMarker[] = "a sentence that has to go";

catalog::v1::ResourceState TakenDown(int64_t key, int64_t version) {
  catalog::v1::ResourceState state = replica::testing::Tombstone(
      catalog::v1::RESOURCE_KIND_ARTICLE, key, version, absl::StrCat("articles/a", key));
  state.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN);
  return state;
}

class TakedownTest : public ::testing::Test {
 protected:
  TakedownTest() {
    catalog_.Commit({replica::testing::PublicationState(1), StateOf({.key = 1, .publish = -1})},
                    At(0));
  }

  // An article with the marker in title, path and body; the position.
  std::string Publish(int64_t key) {
    return catalog_.Commit({StateOf({.key = key,
                                     .publish = -key,
                                     .title = kMarker,
                                     .path = absl::StrCat("/", kMarker, "/", key),
                                     .body = absl::StrCat("Here is ", kMarker, ".")})},
                           At(0));
  }

  // How many files below the folder have the marker.
  int Marked() const { return replica::testing::FilesWith(folder_.path(), {kMarker}); }

  // Who acknowledged what, once `count` did. A receipt that was sent while the copy was compacted
  // may be sent once more.
  std::set<std::pair<std::string, std::string>> AwaitReceipts(size_t count) {
    const absl::Duration deadline = RealClock()->Elapsed() + absl::Seconds(30);
    for (;;) {
      const auto sent = catalog_.acknowledged();
      std::set<std::pair<std::string, std::string>> receipts(sent.begin(), sent.end());
      if (receipts.size() >= count || RealClock()->Elapsed() > deadline) return receipts;
      absl::SleepFor(absl::Milliseconds(2));
    }
  }

  static double Compactions(QueryProcess& process) {
    return process.metrics().Counter("dateline_query_compactions_total", "").Value();
  }

  testing::FakeCatalogServer catalog_;
  replica::testing::TemporaryFolder folder_;
};

TEST_F(TakedownTest, IsAcknowledgedOnceNoFileHasTheText) {
  QueryProcess process(catalog_, folder_.path());
  process.AwaitPosition(Publish(2));
  EXPECT_EQ(Marked(), 1);
  process.AwaitPosition(catalog_.Commit({TakenDown(2, 2)}, At(1)));
  EXPECT_THAT(AwaitReceipts(1), ElementsAre(Pair("articles/a2", QueryProcess::kConsumer)));
  EXPECT_EQ(Marked(), 0);
  EXPECT_EQ(Compactions(process), 1);
  // It follows on, in the copy that took the place of the other.
  process.AwaitPosition(catalog_.Commit({StateOf({.key = 3, .publish = -3})}, At(2)));
  EXPECT_EQ(process.AwaitStatus([](const auto& s) { return s.articles() == 2; }).rebuilds(), 1);
}

TEST_F(TakedownTest, SeveralWaitForOneCompaction) {
  QueryProcess process(catalog_, folder_.path());
  for (int64_t key = 2; key <= 5; ++key) process.AwaitPosition(Publish(key));
  process.AwaitPosition(catalog_.Commit({TakenDown(2, 2)}, At(1)));
  EXPECT_EQ(AwaitReceipts(1).size(), 1u);
  // Now a minute passes before the next one.
  catalog_.Commit({TakenDown(3, 2)}, At(2));
  process.AwaitPosition(catalog_.Commit({TakenDown(4, 2), TakenDown(5, 2)}, At(3)));
  EXPECT_EQ(process.replica().owed_receipts()->unclean, 3);
  EXPECT_EQ(Compactions(process), 1);
  EXPECT_EQ(AwaitReceipts(1).size(), 1u);
}

TEST_F(TakedownTest, WhatIsOwedOutlivesARestart) {
  {
    QueryProcess process(catalog_, folder_.path());
    for (const int64_t key : {2, 3}) process.AwaitPosition(Publish(key));
    catalog_.FailAcknowledgements(error::DatabaseUnavailable());
    process.AwaitPosition(catalog_.Commit({TakenDown(2, 2)}, At(1)));
    // One is clean, and its receipt fails; the other waits for its compaction.
    process.AwaitStatus(
        [&](const auto&) { return catalog_.calls("AcknowledgeTakedown") > 1 && Marked() == 1; });
    process.AwaitPosition(catalog_.Commit({TakenDown(3, 2)}, At(2)));
    EXPECT_TRUE(catalog_.acknowledged().empty());
  }
  catalog_.FailAcknowledgements(absl::OkStatus());
  QueryProcess process(catalog_, folder_.path());
  EXPECT_THAT(AwaitReceipts(2), ElementsAre(Pair("articles/a2", QueryProcess::kConsumer),
                                            Pair("articles/a3", QueryProcess::kConsumer)));
  EXPECT_EQ(Marked(), 0);
  process.AwaitStatus([&](const auto&) {
    return process.replica().owed_receipts()->clean.empty() &&
           process.metrics().Gauge("dateline_query_receipts_owed", "").Value() == 0;
  });
}

TEST_F(TakedownTest, WhatACopyNeverHadIsAcknowledgedWithoutACompaction) {
  Publish(2);
  catalog_.Commit({TakenDown(2, 2)}, At(1));
  QueryProcess process(catalog_, folder_.path());
  EXPECT_THAT(AwaitReceipts(1), ElementsAre(Pair("articles/a2", QueryProcess::kConsumer)));
  EXPECT_EQ(Compactions(process), 0);
}

TEST_F(TakedownTest, WhatTheCatalogDoesNotKnowIsOwedNoLonger) {
  QueryProcess process(catalog_, folder_.path());
  process.AwaitPosition(Publish(2));
  catalog_.FailAcknowledgements(error::StateConflict("articles/a2", "PUBLISHED"));
  catalog_.Commit({TakenDown(2, 2)}, At(1));
  process.AwaitStatus([&](const auto&) {
    const auto owed = process.replica().owed_receipts();
    return catalog_.calls("AcknowledgeTakedown") > 0 && owed.ok() && owed->clean.empty();
  });
  EXPECT_EQ(catalog_.calls("AcknowledgeTakedown"), 1);
}

TEST_F(TakedownTest, AnOldCopyServesOnceItHasCaughtUp) {
  {
    QueryProcess process(catalog_, folder_.path());
    process.AwaitPosition(Publish(2));
  }
  catalog_.Disconnect();
  catalog_.Commit({TakenDown(2, 2)}, At(1));
  QueryProcess process(catalog_, folder_.path(), absl::Hours(1));
  process.AwaitStatus(
      [](const auto& s) { return s.follower() == v1::FOLLOWER_STATE_DISCONNECTED; });
  v1::GetArticleRequest request;
  request.set_name("articles/a2");
  v1::GetArticleResponse response;
  EXPECT_THAT(process.Call(&v1::QueryService::Stub::GetArticle, request, &response),
              HasReason(errors::v1::ERROR_REASON_NOT_READY));
  catalog_.Connect();
  EXPECT_EQ(process.AwaitStatus([](const auto& s) { return s.serving(); }).rebuilds(), 0);
  EXPECT_THAT(process.Call(&v1::QueryService::Stub::GetArticle, request, &response),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST(ConsumerNameTest, StaysWithTheFolderAndTellsMachinesApart) {
  replica::testing::TemporaryFolder folder;
  const std::string path = folder.path() + "/data";
  const auto name = ConsumerName(path, "Host_1.example");
  ASSERT_THAT(name, IsOk());
  EXPECT_THAT(*name, StartsWith("consumers/query-host-1-example-"));
  EXPECT_EQ(*ConsumerName(path, "Host_1.example"), *name);
  EXPECT_NE(*ConsumerName(path, "other"), *name);
  EXPECT_NE(*ConsumerName(folder.path() + "/else", "Host_1.example"), *name);
  EXPECT_LE(ConsumerName(path, std::string(200, 'h'))->size(), 10u + 63u);
  EXPECT_THAT(*ConsumerName(path, ""), StartsWith("consumers/query-"));
}

}  // namespace
}  // namespace dateline::query::follow
