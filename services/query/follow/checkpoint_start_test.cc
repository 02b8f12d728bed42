// A query server that starts from another one's copy, against an in-memory catalog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "common/testing/status_matchers.h"
#include "services/query/client/grpc_checkpoint_source.h"
#include "services/query/testing/query_test_fixture.h"

namespace dateline::query::follow {
namespace {

using dateline::testing::IsOk;
using replica::testing::At;
using replica::testing::StateOf;
using ::testing::ElementsAre;
using testing::QueryProcess;
using Stub = v1::QueryService::Stub;

bool IsFollowing(const v1::GetStatusResponse& status) {
  return status.serving() && status.follower() == v1::FOLLOWER_STATE_FOLLOWING;
}

std::vector<std::string> ListAll(QueryProcess& process) {
  v1::ListArticlesResponse response;
  const absl::Status status =
      process.Call(&Stub::ListArticles, v1::ListArticlesRequest(), &response);
  EXPECT_TRUE(status.ok()) << status;
  std::vector<std::string> names;
  for (const auto& article : response.articles()) names.push_back(article.name());
  return names;
}

// A sibling whose checkpoint breaks off in the middle.
class Broken final : public CheckpointSource {
 public:
  explicit Broken(CheckpointSource& whole) : whole_(whole) {}
  absl::Status Stream(
      const std::function<absl::Status(const replica::CheckpointPiece&)>& on_piece) override {
    int pieces = 0;
    return whole_.Stream([&](const replica::CheckpointPiece& piece) {
      return pieces++ < 3 ? on_piece(piece) : absl::UnavailableError("broken off");
    });
  }
  void Cancel() override { whole_.Cancel(); }

 private:
  CheckpointSource& whole_;
};

class CheckpointStartTest : public ::testing::Test {
 protected:
  CheckpointStartTest() {
    catalog_.Commit({replica::testing::PublicationState(1), StateOf({.key = 1, .publish = -1})},
                    At(0));
  }

  QueryProcess Start(const std::string& folder, CheckpointSource* checkpoint) {
    return QueryProcess(catalog_, folder, absl::ZeroDuration(), rpc::AnswerBudget::kMaxBytes,
                        absl::Minutes(10), checkpoint);
  }

  testing::FakeCatalogServer catalog_;
  replica::testing::TemporaryFolder first_folder_;
  replica::testing::TemporaryFolder second_folder_;
};

TEST_F(CheckpointStartTest, TakesTheCopyOfASiblingAndServesWhenItHasCaughtUp) {
  QueryProcess first = Start(first_folder_.path(), nullptr);
  first.AwaitStatus(IsFollowing);
  // The sibling is behind; what it shows is not shown by who starts from it.
  client::GrpcCheckpointSource source(first.channel());
  catalog_.Disconnect();
  QueryProcess second = Start(second_folder_.path(), &source);
  const auto waiting = second.AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.follower() == v1::FOLLOWER_STATE_DISCONNECTED || !status.last_error().empty();
  });
  EXPECT_FALSE(waiting.serving());
  catalog_.Connect();
  const std::string position = catalog_.Commit({StateOf({.key = 2, .publish = -2})}, At(0));
  second.AwaitPosition(position);
  second.AwaitStatus(IsFollowing);
  EXPECT_THAT(ListAll(second), ElementsAre("articles/a1", "articles/a2"));
  EXPECT_EQ(catalog_.calls("ExportResources"), 1);
  first.AwaitPosition(position);
  v1::GetDigestResponse of_first;
  v1::GetDigestResponse of_second;
  ASSERT_THAT(first.Call(&v1::ReplicaService::Stub::GetDigest, v1::GetDigestRequest(), &of_first),
              IsOk());
  ASSERT_THAT(second.Call(&v1::ReplicaService::Stub::GetDigest, v1::GetDigestRequest(), &of_second),
              IsOk());
  EXPECT_EQ(of_second.SerializeAsString(), of_first.SerializeAsString());
}

TEST_F(CheckpointStartTest, AsksTheCatalogWhenTheSiblingFails) {
  QueryProcess first = Start(first_folder_.path(), nullptr);
  first.AwaitStatus(IsFollowing);
  client::GrpcCheckpointSource source(first.channel());
  Broken broken(source);
  QueryProcess second = Start(second_folder_.path(), &broken);
  second.AwaitStatus(IsFollowing);
  EXPECT_THAT(ListAll(second), ElementsAre("articles/a1"));
  EXPECT_EQ(catalog_.calls("ExportResources"), 2);
}

}  // namespace
}  // namespace dateline::query::follow
