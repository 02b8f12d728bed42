// Retagging on a real database, with a catalog in memory: it completes whatever interrupts it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "services/ingestion/retag/postgres_operation_store.h"
#include "services/ingestion/retag/retag_worker.h"
#include "services/ingestion/testing/fake_catalog_port.h"

namespace dateline::ingestion::retag {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ingestion::testing::FakeCatalogPort;
using ::testing::SizeIs;

constexpr absl::Duration kShortLease = absl::Milliseconds(300);

class RetagTest : public ::testing::Test {
 protected:
  RetagTest() {
    auto& cluster = dateline::testing::PostgresCluster::Shared();
    pg::PoolOptions options;
    options.conninfo = cluster.ConnInfo(cluster.NewDatabase(), "dateline_ingestion");
    options.size = 4;
    pool_ = std::make_unique<pg::Pool>(options);
    operations_ = std::make_unique<PostgresOperationStore>(*pool_);
    content::v1::Topic topic;
    topic.set_name("topics/ports");
    topic.set_display_name("Ports");
    topic.add_aliases("Harbours");
    catalog_.PutTopic(topic);
    topic.set_name("topics/rail");
    topic.set_display_name("Rail");
    topic.clear_aliases();
    catalog_.PutTopic(topic);
  }

  std::string PutArticle(const std::string& title, const std::string& publication = "daily") {
    content::v1::Article article;
    article.set_title(title);
    article.set_publication("publications/" + publication);
    return catalog_.PutArticle(article);
  }
  std::vector<std::string> PutArticles(int count) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back(PutArticle(absl::StrCat("Ports and rail ", i)));
    return names;
  }

  // Calls `hook` before the page of this number, of those of articles, is given away. One comes
  // before them: the publication and the topics.
  void AtPage(int number, std::function<void()> hook) {
    catalog_.OnPage([pages = std::make_shared<int>(-1), number, hook = std::move(hook)] {
      if (++*pages == number) hook();
    });
  }

  Operation Create(const std::vector<std::string>& topics = {}, const std::string& publication = "",
                   const std::string& request_id = "") {
    v1::RetagArticlesRequest request;
    for (const std::string& topic : topics) request.add_topics(topic);
    request.set_publication(publication);
    const auto operation = operations_->Create(
        call_, request, {"RetagArticles", request_id, request.SerializeAsString(), false});
    EXPECT_THAT(operation, IsOk());
    return operation.value_or(Operation());
  }
  void Work(absl::Duration lease = absl::Seconds(15)) {
    WorkerOptions options;
    options.idle = absl::Milliseconds(20);
    options.lease = lease;
    workers_.push_back(
        std::make_unique<RetagWorker>(Dependencies{*operations_, catalog_, topics_}, options));
  }
  Operation Get(const std::string& id) {
    const auto operation = operations_->Get(call_, id);
    EXPECT_THAT(operation, IsOk());
    return operation.value_or(Operation());
  }
  Operation AwaitDone(const std::string& id) {
    const absl::Duration until = RealClock()->Elapsed() + absl::Seconds(30);
    Operation operation = Get(id);
    while (!operation.done) {
      if (RealClock()->Elapsed() > until) {
        ADD_FAILURE() << "not done: " << operation.metadata.ShortDebugString();
        break;
      }
      std::this_thread::yield();
      operation = Get(id);
    }
    return operation;
  }
  int CountTagged(const std::vector<std::string>& names) {
    int tagged = 0;
    for (const std::string& name : names) tagged += catalog_.article(name).topics_size() > 0;
    return tagged;
  }

  const RequestContext call_ = RequestContext::Background("test");
  FakeCatalogPort catalog_;
  std::unique_ptr<pg::Pool> pool_;
  std::unique_ptr<PostgresOperationStore> operations_;
  deliver::TopicDirectory topics_{catalog_, RealClock()};
  std::vector<std::unique_ptr<RetagWorker>> workers_;
};

TEST_F(RetagTest, AddsWhatTheTextsSpeakOf) {
  const std::string both = PutArticle("Ports and rail");
  const std::string alias = PutArticle("Old harbours");
  const std::string none = PutArticle("Weather");
  content::v1::Article tagged;
  tagged.set_title("Rail");
  tagged.add_topics()->set_topic("topics/rail");
  const std::string has = catalog_.PutArticle(tagged);
  const Operation created = Create();
  EXPECT_FALSE(created.done);
  Work();
  const Operation done = AwaitDone(created.id);
  EXPECT_FALSE(done.error.has_value());
  EXPECT_EQ(done.metadata.articles_seen(), 4);
  EXPECT_EQ(done.metadata.articles_total(), 4);
  EXPECT_EQ(done.metadata.articles_tagged(), 2);
  EXPECT_EQ(done.metadata.topics_added(), 3);
  EXPECT_EQ(done.position, catalog_.Head());
  EXPECT_TRUE(done.metadata.has_end_time());
  EXPECT_EQ(catalog_.article(both).topics_size(), 2);
  EXPECT_EQ(catalog_.article(alias).topics(0).topic(), "topics/ports");
  EXPECT_EQ(catalog_.article(none).topics_size(), 0);
  EXPECT_EQ(catalog_.article(has).topics_size(), 1);
}

TEST_F(RetagTest, KeepsToTheTopicsAndThePublicationAskedFor) {
  catalog_.PutPublication("weekly");
  const std::string daily = PutArticle("Ports and rail");
  const std::string weekly = PutArticle("Ports and rail", "weekly");
  const Operation created = Create({"topics/rail"}, "publications/weekly");
  Work();
  EXPECT_EQ(AwaitDone(created.id).metadata.articles_tagged(), 1);
  EXPECT_EQ(catalog_.article(daily).topics_size(), 0);
  ASSERT_EQ(catalog_.article(weekly).topics_size(), 1);
  EXPECT_EQ(catalog_.article(weekly).topics(0).topic(), "topics/rail");
}

TEST_F(RetagTest, KnowsTopicsThatCameJustBefore) {
  ASSERT_THAT(topics_.Freshen(call_), IsOk());
  const std::string name = PutArticle("The air line");
  content::v1::Topic topic;
  topic.set_name("topics/air");
  topic.set_display_name("Air");
  catalog_.PutTopic(topic);
  const Operation created = Create();
  Work();
  AwaitDone(created.id);
  EXPECT_EQ(catalog_.article(name).topics_size(), 1);
}

TEST_F(RetagTest, WaitsOutAnOutageAndGoesOn) {
  const std::vector<std::string> names = PutArticles(20);
  absl::Notification cut;
  AtPage(3, [&] {
    catalog_.Disconnect();
    cut.Notify();
  });
  const Operation created = Create();
  Work();
  // What was seen says nothing of it: it is written before the third page is asked for.
  ASSERT_TRUE(cut.WaitForNotificationWithTimeout(absl::Seconds(60)));
  EXPECT_FALSE(Get(created.id).done);
  catalog_.Connect();
  const Operation done = AwaitDone(created.id);
  EXPECT_FALSE(done.error.has_value());
  EXPECT_EQ(done.metadata.articles_seen(), 20);
  EXPECT_EQ(done.metadata.articles_tagged(), 20);
  EXPECT_EQ(CountTagged(names), 20);
}

TEST_F(RetagTest, IsTakenOverFromAProcessThatDies) {
  const std::vector<std::string> names = PutArticles(20);
  const Operation created = Create();
  // The first one works at two pages, then says nothing any more.
  auto taken = operations_->Take(call_, kShortLease);
  ASSERT_THAT(taken, IsOk());
  ASSERT_TRUE(taken->has_value());
  AtPage(3, [&] { catalog_.Disconnect(); });
  EXPECT_FALSE(Retag(call_, {*operations_, catalog_, topics_}, kShortLease, &**taken).ok());
  EXPECT_EQ(Get(created.id).metadata.articles_seen(), 6);
  catalog_.OnPage(nullptr);
  catalog_.Connect();
  Work();
  const Operation done = AwaitDone(created.id);
  EXPECT_EQ(done.metadata.articles_seen(), 20);
  EXPECT_EQ(CountTagged(names), 20);
  // Should it wake again, it has nothing to say.
  EXPECT_THAT(operations_->Checkpoint(call_, **taken, kShortLease),
              HasReason(errors::v1::ERROR_REASON_LEASE_LOST));
  EXPECT_THAT(operations_->End(call_, **taken, absl::OkStatus()),
              HasReason(errors::v1::ERROR_REASON_LEASE_LOST));
}

TEST_F(RetagTest, GoesOnAtOnceAfterAProcessThatStops) {
  const std::vector<std::string> names = PutArticles(30);
  const Operation created = Create();
  AtPage(4, [&] { catalog_.Disconnect(); });
  Work(absl::Minutes(10));
  const absl::Duration until = RealClock()->Elapsed() + absl::Seconds(30);
  while (Get(created.id).metadata.articles_seen() < 9 && RealClock()->Elapsed() < until) {
    std::this_thread::yield();
  }
  workers_.clear();
  catalog_.Connect();
  Work();
  EXPECT_EQ(AwaitDone(created.id).metadata.articles_seen(), 30);
  EXPECT_EQ(CountTagged(names), 30);
}

TEST_F(RetagTest, BeginsAnewWhenItsPlaceIsLost) {
  const std::vector<std::string> names = PutArticles(10);
  const Operation created = Create();
  auto taken = operations_->Take(call_, kShortLease);
  ASSERT_THAT(taken, IsOk());
  (*taken)->cursor = "of another key";
  (*taken)->metadata.set_articles_seen(7);
  ASSERT_THAT(operations_->Checkpoint(call_, **taken, kShortLease), IsOk());
  ASSERT_THAT(operations_->Release(call_, **taken), IsOk());
  Work();
  EXPECT_EQ(AwaitDone(created.id).metadata.articles_seen(), 10);
  EXPECT_EQ(CountTagged(names), 10);
}

TEST_F(RetagTest, EndsWhenAsked) {
  const std::vector<std::string> names = PutArticles(50);
  const Operation created = Create();
  AtPage(2, [&] { EXPECT_THAT(operations_->Cancel(call_, created.id), IsOk()); });
  Work();
  const Operation done = AwaitDone(created.id);
  ASSERT_TRUE(done.error.has_value());
  EXPECT_EQ(done.error->code(), static_cast<int>(absl::StatusCode::kCancelled));
  EXPECT_EQ(done.metadata.articles_seen(), 6);
  EXPECT_EQ(CountTagged(names), 6);
  EXPECT_TRUE(done.metadata.cancel_requested());
}

TEST_F(RetagTest, EndsAtOnceWhereNobodyWorks) {
  const Operation created = Create();
  ASSERT_THAT(operations_->Cancel(call_, created.id), IsOk());
  const Operation cancelled = Get(created.id);
  EXPECT_TRUE(cancelled.done);
  ASSERT_TRUE(cancelled.error.has_value());
  ASSERT_THAT(operations_->Cancel(call_, created.id), IsOk());
  EXPECT_THAT(operations_->Cancel(call_, "nothing"),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  const auto taken = operations_->Take(call_, kShortLease);
  ASSERT_THAT(taken, IsOk());
  EXPECT_FALSE(taken->has_value());
}

TEST_F(RetagTest, WorksAtOneAtATimeInOrder) {
  const std::vector<std::string> names = PutArticles(9);
  const Operation first = Create({"topics/ports"}), second = Create({"topics/rail"});
  auto taken = operations_->Take(call_, absl::Minutes(1));
  ASSERT_THAT(taken, IsOk());
  ASSERT_TRUE(taken->has_value());
  EXPECT_EQ((*taken)->id, first.id);
  EXPECT_FALSE(operations_->Take(call_, absl::Minutes(1))->has_value());
  ASSERT_THAT(operations_->Release(call_, **taken), IsOk());
  // Four processes.
  for (int i = 0; i < 4; ++i) Work();
  AwaitDone(first.id);
  const Operation done = AwaitDone(second.id);
  EXPECT_EQ(done.metadata.articles_seen(), 9);
  EXPECT_EQ(done.metadata.topics_added(), 9);
  for (const std::string& name : names) EXPECT_EQ(catalog_.article(name).topics_size(), 2);
}

TEST_F(RetagTest, IsMadeOncePerRequestIdAndBounded) {
  const Operation first = Create({}, "", "r1");
  EXPECT_EQ(Create({}, "", "r1").id, first.id);
  v1::RetagArticlesRequest other;
  other.set_publication("publications/weekly");
  EXPECT_THAT(
      operations_->Create(call_, other, {"RetagArticles", "r1", other.SerializeAsString(), false}),
      HasReason(errors::v1::ERROR_REASON_REQUEST_ID_REUSED));
  for (int i = 1; i < kMaxOpenOperations; ++i) Create();
  EXPECT_THAT(operations_->Create(call_, {}, {"RetagArticles", "", "", false}),
              HasReason(errors::v1::ERROR_REASON_QUOTA_EXCEEDED));
  EXPECT_EQ(Create({}, "", "r1").id, first.id);
  EXPECT_THAT(operations_->Delete(call_, first.id),
              HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  ASSERT_THAT(operations_->Cancel(call_, first.id), IsOk());
  Create();
  const auto listed = operations_->List(call_, 0, 100);
  ASSERT_THAT(listed, IsOk());
  ASSERT_THAT(*listed, SizeIs(kMaxOpenOperations + 1));
  EXPECT_EQ(listed->back().id, first.id);
  EXPECT_THAT(operations_->List(call_, listed->back().number + 1, 100).value(), SizeIs(1));
  ASSERT_THAT(operations_->Delete(call_, first.id), IsOk());
  EXPECT_THAT(operations_->Get(call_, first.id),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

}  // namespace
}  // namespace dateline::ingestion::retag
