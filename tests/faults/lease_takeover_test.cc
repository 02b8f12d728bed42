// A process that is slow to deliver, and another one that takes its source over meanwhile, with a
// real catalog and two databases' worth of rules: the late delivery is refused, nothing of it is
// written and nothing is doubled.
#include <gtest/gtest.h>

#include <memory>
#include <pqxx/pqxx>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/mutex.h"
#include "common/http/test_client.h"
#include "common/http/test_server.h"
#include "common/obs/metrics.h"
#include "common/pg/transaction.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "services/catalog/server/catalog_server.h"
#include "services/ingestion/client/grpc_catalog_port.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/poll/poll.h"
#include "services/ingestion/store/postgres_source_store.h"

namespace dateline {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::PostgresCluster;
using ingestion::deliver::CatalogPort;

// More than one batch of a delivery.
constexpr int kEntries = 300;

// A way to the catalog that stops before the upsert of a number until it is told to go on.
class GatedPort final : public CatalogPort {
 public:
  GatedPort(CatalogPort& port, int stops_before) : port_(port), stops_before_(stops_before) {}

  void WaitUntilStopped() {
    MutexLock lock(mutex_);
    while (upserts_ < stops_before_) changed_.Wait(mutex_);
  }
  void GoOn() {
    MutexLock lock(mutex_);
    open_ = true;
    changed_.SignalAll();
  }

  absl::StatusOr<std::vector<content::v1::Topic>> ListAllTopics(
      const RequestContext& context) override {
    return port_.ListAllTopics(context);
  }
  absl::StatusOr<catalog::v1::EnsureTopicsResponse> EnsureTopics(
      const RequestContext& context, const catalog::v1::EnsureTopicsRequest& request) override {
    return port_.EnsureTopics(context, request);
  }
  absl::StatusOr<content::v1::Publication> GetPublication(const RequestContext& context,
                                                          const std::string& name) override {
    return port_.GetPublication(context, name);
  }
  absl::StatusOr<catalog::v1::BatchUpsertArticlesResponse> Upsert(
      const RequestContext& context,
      const catalog::v1::BatchUpsertArticlesRequest& request) override {
    {
      MutexLock lock(mutex_);
      ++upserts_;
      changed_.SignalAll();
      while (upserts_ >= stops_before_ && !open_) changed_.Wait(mutex_);
    }
    return port_.Upsert(context, request);
  }
  absl::StatusOr<content::v1::Topic> GetTopic(const RequestContext& context,
                                              const std::string& name) override {
    return port_.GetTopic(context, name);
  }
  absl::StatusOr<catalog::v1::BatchAddArticleTopicsResponse> AddArticleTopics(
      const RequestContext& context,
      const catalog::v1::BatchAddArticleTopicsRequest& request) override {
    return port_.AddArticleTopics(context, request);
  }
  absl::Status Export(
      const RequestContext& context, const std::string& page_token,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page)
      override {
    return port_.Export(context, page_token, on_page);
  }
  absl::StatusOr<int64_t> CountArticles(const RequestContext& context) override {
    return port_.CountArticles(context);
  }
  absl::Status Ping(const RequestContext& context) override { return port_.Ping(context); }

 private:
  CatalogPort& port_;
  const int stops_before_;
  Mutex mutex_;
  CondVar changed_;
  int upserts_ ABSL_GUARDED_BY(mutex_) = 0;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
};

std::string Feed(const std::string& edition) {
  std::string items;
  for (int i = 0; i < kEntries; ++i) {
    absl::StrAppend(&items, "<item><guid isPermaLink='false'>e", i, "</guid><title>Entry ", i, " ",
                    edition, "</title><description>", i, "</description></item>");
  }
  return absl::StrCat("<rss version='2.0'><channel><title>Feed</title>", items, "</channel></rss>");
}

class LeaseTakeoverTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto& cluster = PostgresCluster::Shared();
    database_ = cluster.NewDatabase();
    catalog::CatalogServerOptions options;
    options.rpc.address = "127.0.0.1:0";
    options.page_token_key = "key";
    options.database = cluster.ConnInfo(database_, "dateline_catalog");
    auto server = catalog::CatalogServer::Start(options, metrics_);
    ASSERT_THAT(server, IsOk());
    catalog_ = *std::move(server);
    rpc::ChannelOptions channel;
    channel.address = absl::StrCat("127.0.0.1:", catalog_->port());
    port_ = std::make_unique<ingestion::client::GrpcCatalogPort>(rpc::MakeChannel(channel));
    topics_ = std::make_unique<ingestion::deliver::TopicDirectory>(*port_, RealClock());
    pg::PoolOptions pool;
    pool.conninfo = cluster.ConnInfo(database_, "dateline_ingestion");
    pool.size = 4;
    pool_ = std::make_unique<pg::Pool>(pool);
    store_ = std::make_unique<ingestion::store::PostgresSourceStore>(*pool_);
    const auto stub = catalog::v1::CatalogService::NewStub(rpc::MakeChannel(channel));
    catalog::v1::CreatePublicationRequest request;
    catalog::v1::CreatePublicationResponse response;
    grpc::ClientContext context;
    request.set_publication_id("daily");
    request.mutable_publication()->set_title("Daily");
    ASSERT_THAT(rpc::FromGrpcStatus(stub->CreatePublication(&context, request, &response)), IsOk());
  }

  std::string Sql(const std::string& sql) {
    pg::PoolOptions options;
    options.conninfo = PostgresCluster::Shared().ConnInfo(database_, "dateline");
    options.size = 1;
    pg::Pool pool(options);
    std::string value;
    EXPECT_THAT(pg::RunTransaction(pool, call_, {},
                                   [&](pqxx::transaction_base& transaction) {
                                     const pqxx::result result = transaction.exec(sql);
                                     if (!result.empty()) value = result[0][0].c_str();
                                     return absl::OkStatus();
                                   }),
                IsOk());
    return value;
  }

  absl::StatusOr<ingestion::v1::PollSourceResponse> Poll(CatalogPort& port) {
    ingestion::v1::PollSourceRequest request;
    request.set_name("sources/a");
    request.set_unconditional(true);
    return ingestion::poll::Poll(call_, {*store_, port, *topics_, *http_, RealClock()}, request);
  }

  // The first process stops before its upsert of this number; the second takes the source over and
  // delivers another edition; then the first goes on. The outcome of the first.
  absl::StatusOr<ingestion::v1::PollSourceResponse> TakeOver(int stops_before) {
    std::atomic<int> editions{0};
    http::TestServer server([&](http::TestConnection& connection, const std::string&) {
      const bool first = editions++ == 0;
      connection.Send(http::Answer("200 OK", first ? "ETag: \"1\"\r\n" : "ETag: \"2\"\r\n",
                                   Feed(first ? "old" : "new")));
    });
    ingestion::v1::Source source;
    source.set_name("sources/a");
    source.set_publication("publications/daily");
    source.set_url(server.Url("/feed"));
    EXPECT_THAT(store_->Create(call_, source, {}), IsOk());
    GatedPort gated(*port_, stops_before);
    absl::StatusOr<ingestion::v1::PollSourceResponse> late;
    std::thread slow([&] { late = Poll(gated); });
    gated.WaitUntilStopped();
    // As if the time of its lease had passed.
    Sql("UPDATE ingestion.sources SET lease_until = now()");
    Sql("UPDATE ingestion.hosts SET busy_until = now()");
    const auto taken_over = Poll(*port_);
    EXPECT_THAT(taken_over, IsOk());
    EXPECT_EQ(taken_over->fetch().outcome(), ingestion::v1::FETCH_OUTCOME_TAKEN);
    gated.GoOn();
    slow.join();
    return late;
  }

  void ExpectOnlyTheNewEdition() {
    EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles"), absl::StrCat(kEntries));
    EXPECT_EQ(Sql("SELECT count(*) FROM catalog.origins"), absl::StrCat(kEntries));
    EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles WHERE path LIKE '%old%'"), "0");
    // The log, the validators and the health are those of the one that had the lease.
    EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.fetches"), "1");
    const auto stored = store_->Get(call_, "sources/a");
    ASSERT_THAT(stored, IsOk());
    EXPECT_EQ(stored->http_etag, "\"2\"");
    EXPECT_EQ(stored->source.health().consecutive_failures(), 0);
    EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.rejects"), "0");
  }

  const RequestContext call_ = RequestContext::Background("test").WithTimeout(absl::Minutes(2));
  std::string database_;
  obs::Metrics metrics_;
  std::unique_ptr<catalog::CatalogServer> catalog_;
  std::unique_ptr<CatalogPort> port_;
  std::unique_ptr<ingestion::deliver::TopicDirectory> topics_;
  std::unique_ptr<pg::Pool> pool_;
  std::unique_ptr<ingestion::store::PostgresSourceStore> store_;
  std::unique_ptr<http::HttpClient> http_ = http::MakeClient();
};

TEST_F(LeaseTakeoverTest, ADeliveryThatComesTooLateIsRefusedAsAWhole) {
  EXPECT_THAT(TakeOver(/*stops_before=*/1), HasReason(errors::v1::ERROR_REASON_LEASE_LOST));
  ExpectOnlyTheNewEdition();
  // Nothing of the late edition was ever there.
  EXPECT_EQ(Sql("SELECT max(live_revision) FROM catalog.articles"), "1");
}

TEST_F(LeaseTakeoverTest, ADeliveryThatIsOvertakenInItsMiddleIsRefusedFromThereOn) {
  EXPECT_THAT(TakeOver(/*stops_before=*/2), HasReason(errors::v1::ERROR_REASON_LEASE_LOST));
  // Of the 200 that came in time the new edition made a revision, and of none a second article.
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles WHERE live_revision = 2"), "200");
  EXPECT_EQ(Sql("SELECT max(live_revision) FROM catalog.articles"), "2");
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles"), absl::StrCat(kEntries));
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.origins"), absl::StrCat(kEntries));
  EXPECT_EQ(Sql("SELECT count(*) FROM ingestion.fetches"), "1");
}

}  // namespace
}  // namespace dateline
