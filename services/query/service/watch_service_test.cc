// WatchArticles and SyncArticles through gRPC, on a replica that follows an in-memory catalog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/query/testing/query_test_fixture.h"

namespace dateline::query::service {
namespace {

using dateline::testing::IsOk;
using replica::testing::At;
using replica::testing::StateOf;

class WatchServiceTest : public ::testing::Test {
 protected:
  WatchServiceTest() {
    catalog_.Commit({replica::testing::PublicationState(1), replica::testing::TopicState(1, 1)},
                    At(0));
    Start();
  }

  // Begins, or begins again, on the same folder.
  void Start() {
    process_.reset();
    process_ = std::make_unique<testing::QueryProcess>(catalog_, folder_.path());
    process_->AwaitStatus([](const auto& status) { return status.serving(); });
  }

  testing::FakeCatalogServer catalog_;
  replica::testing::TemporaryFolder folder_;
  std::unique_ptr<testing::QueryProcess> process_;
};

TEST_F(WatchServiceTest, TellsChangesAcrossARestart) {
  v1::WatchArticlesRequest request;
  request.mutable_filter()->add_any_topics("topics/t1");
  {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    const auto stream = process_->stub().WatchArticles(&context, request);
    v1::WatchArticlesResponse response;
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.events_size(), 0);
    catalog_.Commit({StateOf({.key = 1, .publish = -1, .topics = {1}})}, At(1));
    ASSERT_TRUE(stream->Read(&response));
    ASSERT_EQ(response.events_size(), 1);
    EXPECT_EQ(response.events(0).kind(), v1::WATCH_EVENT_KIND_ENTERED);
    EXPECT_EQ(response.events(0).article().name(), "articles/a1");
    request.set_position(response.position());
    context.TryCancel();
  }
  catalog_.Commit({StateOf({.key = 1, .version = 2, .publish = -1})}, At(2));
  Start();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto stream = process_->stub().WatchArticles(&context, request);
  // The replica may not have the change yet: then a bookmark comes first.
  v1::WatchArticlesResponse response;
  do {
    ASSERT_TRUE(stream->Read(&response));
  } while (response.events_size() == 0);
  EXPECT_EQ(response.events(0).kind(), v1::WATCH_EVENT_KIND_LEFT);
  EXPECT_EQ(response.events(0).name(), "articles/a1");
  EXPECT_EQ(response.events(0).reason(), v1::REMOVAL_REASON_MATCHES_NO_MORE);
  context.TryCancel();
}

TEST_F(WatchServiceTest, Syncs) {
  v1::SyncArticlesRequest request;
  request.mutable_filter()->add_any_topics("topics/t1");
  v1::SyncArticlesResponse response;
  ASSERT_THAT(process_->Call(&v1::QueryService::Stub::SyncArticles, request, &response), IsOk());
  EXPECT_TRUE(response.complete());
  v1::SyncArticlesRequest next;
  next.set_sync_token(response.sync_token());
  ASSERT_THAT(process_->Call(&v1::QueryService::Stub::SyncArticles, next, &response), IsOk());
  EXPECT_EQ(response.articles_size(), 0);
}

}  // namespace
}  // namespace dateline::query::service
