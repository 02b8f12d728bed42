// The follower against an in-memory catalog: outages, failovers, restarts and wrong clocks, seen
// through the query service.
#include "services/query/follow/follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/query/replica/read/digest.h"
#include "services/query/replica/read/list.h"
#include "services/query/testing/query_test_fixture.h"

namespace dateline::query::follow {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using replica::testing::At;
using replica::testing::StateOf;
using ::testing::ElementsAre;
using testing::QueryProcess;
using Stub = v1::QueryService::Stub;

std::vector<std::string> ListAll(QueryProcess& process, const std::string& min_position = "") {
  v1::ListArticlesRequest request;
  request.set_min_position(min_position);
  v1::ListArticlesResponse response;
  const absl::Status status = process.Call(&Stub::ListArticles, request, &response);
  EXPECT_TRUE(status.ok()) << status;
  std::vector<std::string> names;
  for (const auto& article : response.articles()) names.push_back(article.name());
  return names;
}

bool IsFollowing(const v1::GetStatusResponse& status) {
  return status.follower() == v1::FOLLOWER_STATE_FOLLOWING;
}
bool IsDisconnected(const v1::GetStatusResponse& status) {
  return status.follower() == v1::FOLLOWER_STATE_DISCONNECTED;
}

class FollowerTest : public ::testing::Test {
 protected:
  FollowerTest() {
    catalog_.Commit({replica::testing::PublicationState(1), StateOf({.key = 1, .publish = -1})},
                    At(0));
  }

  testing::FakeCatalogServer catalog_;
  replica::testing::TemporaryFolder folder_;
};

TEST_F(FollowerTest, IsNotReadyUntilThereIsACompleteCopy) {
  catalog_.Disconnect();
  QueryProcess process(catalog_, folder_.path());
  v1::ListArticlesResponse response;
  EXPECT_THAT(process.Call(&Stub::ListArticles, v1::ListArticlesRequest(), &response),
              HasReason(errors::v1::ERROR_REASON_NOT_READY));
  // Whoever asks learns why there is none.
  const auto waiting =
      process.AwaitStatus([](const auto& status) { return !status.last_error().empty(); });
  EXPECT_EQ(waiting.follower(), v1::FOLLOWER_STATE_BOOTSTRAPPING);
  catalog_.Connect();
  const auto serving = process.AwaitStatus(
      [](const auto& status) { return status.serving() && IsFollowing(status); });
  EXPECT_EQ(serving.last_error(), "");
  EXPECT_THAT(ListAll(process), ElementsAre("articles/a1"));
}

TEST_F(FollowerTest, FollowsChangesInOrder) {
  QueryProcess process(catalog_, folder_.path());
  for (int64_t version = 2; version <= 50; ++version) {
    const std::string position =
        catalog_.Commit({StateOf({.key = version, .publish = -version})}, At(0));
    if (version % 10 == 0) {
      EXPECT_EQ(ListAll(process, position).back(), "articles/a10");
    }
    process.AwaitPosition(position);
  }
  EXPECT_EQ(process.AwaitStatus(IsFollowing).articles(), 50);
}

TEST_F(FollowerTest, ServesOnWhileTheCatalogIsDownAndCatchesUp) {
  QueryProcess process(catalog_, folder_.path());
  process.AwaitStatus(IsFollowing);
  catalog_.Disconnect();
  const std::string position = catalog_.Commit({StateOf({.key = 2, .publish = -2})}, At(0));
  const auto status = process.AwaitStatus(IsDisconnected);
  EXPECT_FALSE(status.last_error().empty());
  EXPECT_THAT(ListAll(process), ElementsAre("articles/a1"));
  catalog_.Connect();
  process.AwaitStatus(IsFollowing);
  EXPECT_THAT(ListAll(process, position), ElementsAre("articles/a1", "articles/a2"));
  EXPECT_EQ(catalog_.calls("ExportResources"), 1);
}

TEST_F(FollowerTest, ResumesFromItsPositionAfterARestart) {
  {
    QueryProcess process(catalog_, folder_.path());
    process.AwaitPosition(catalog_.Commit({StateOf({.key = 2, .publish = -2})}, At(0)));
  }
  const std::string position = catalog_.Commit({StateOf({.key = 3, .publish = -3})}, At(0));
  QueryProcess process(catalog_, folder_.path());
  EXPECT_THAT(ListAll(process, position), ElementsAre("articles/a1", "articles/a2", "articles/a3"));
  EXPECT_EQ(catalog_.calls("ExportResources"), 1);
}

TEST_F(FollowerTest, ServesItsCopyAfterARestartWithoutACatalog) {
  {
    QueryProcess process(catalog_, folder_.path());
    process.AwaitStatus(IsFollowing);
  }
  catalog_.Disconnect();
  QueryProcess process(catalog_, folder_.path());
  process.AwaitStatus(IsDisconnected);
  EXPECT_THAT(ListAll(process), ElementsAre("articles/a1"));
}

TEST_F(FollowerTest, ListsWhatWasJustPublishedWhenTheMachineIsTwoSecondsBehind) {
  QueryProcess process(catalog_, folder_.path(), -absl::Seconds(2));
  process.AwaitStatus([](const auto& status) { return status.serving(); });
  const std::string position = catalog_.Commit({StateOf({.key = 2, .publish = 1})}, At(1));
  EXPECT_THAT(ListAll(process, position), ElementsAre("articles/a2", "articles/a1"));
}

TEST_F(FollowerTest, OpensNoEmbargoWhenTheMachineIsAnHourAhead) {
  catalog_.Commit({StateOf({.key = 2, .publish = 1'800}), StateOf({.key = 3, .embargo = 1'800}),
                   StateOf({.key = 4, .publish = -4, .scheduled = 1'800})},
                  At(0));
  const auto check = [](QueryProcess& process) {
    EXPECT_THAT(ListAll(process), ElementsAre("articles/a1", "articles/a4"));
    v1::GetArticleRequest request;
    request.set_name("articles/a3");
    v1::GetArticleResponse response;
    EXPECT_THAT(process.Call(&Stub::GetArticle, request, &response),
                HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
    request.set_name("articles/a4");
    ASSERT_THAT(process.Call(&Stub::GetArticle, request, &response), IsOk());
    EXPECT_EQ(response.article().title(), "Title");
  };
  {
    QueryProcess process(catalog_, folder_.path(), absl::Hours(1));
    const auto status = process.AwaitStatus([](const auto& s) { return s.serving(); });
    EXPECT_GT(status.clock_skew().seconds(), 3'500);
    check(process);
  }
  // Nor after a restart that hears nothing of the catalog and serves an hour's old copy.
  catalog_.Disconnect();
  QueryProcess restarted(catalog_, folder_.path(), absl::Hours(1), rpc::AnswerBudget::kMaxBytes,
                         /*serve_if_younger=*/absl::Hours(2));
  restarted.AwaitStatus(IsDisconnected);
  check(restarted);
}

}  // namespace
}  // namespace dateline::query::follow
