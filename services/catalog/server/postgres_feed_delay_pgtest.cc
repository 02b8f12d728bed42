// Measures how long after a write's answer a reader of the feed has it: on a quiet catalog, under
// two bulk loads, and with a writer in another database that keeps transactions open besides.
// Prints, asserts only that everything arrives. DATELINE_ROUNDS sets the number of probes of each
// phase.

#include <grpcpp/create_channel.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <pqxx/pqxx>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/pg/transaction.h"
#include "common/position/position.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/catalog_server.h"
#include "services/catalog/testing/test_service_stubs.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using dateline::testing::PostgresCluster;

// How long the writer in the other database keeps each of its transactions open.
constexpr double kOpenSeconds = 0.2;

int Probes() {
  const char* value = std::getenv("DATELINE_ROUNDS");
  return value == nullptr ? 30 : std::max(1, std::atoi(value));
}

class FeedDelayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto& cluster = PostgresCluster::Shared();
    CatalogServerOptions options;
    options.database = cluster.ConnInfo(cluster.NewDatabase(), "dateline_catalog");
    options.page_token_key = "key";
    auto server = CatalogServer::Start(options, metrics_);
    ASSERT_THAT(server, dateline::testing::IsOk());
    server_ = *std::move(server);
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(static_cast<int>(limits::kMaxMessageBytes));
    stubs_ = std::make_unique<testing::Stubs>(
        grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                  grpc::InsecureChannelCredentials(), arguments));
    grpc::ClientContext context;
    v1::CreatePublicationRequest request;
    v1::CreatePublicationResponse response;
    request.set_publication_id("daily");
    request.mutable_publication()->set_title("Daily");
    ASSERT_TRUE(stubs_->catalog().CreatePublication(&context, request, &response).ok());
    start_ = response.position();
  }

  // Loads articles of some 4 kB, a hundred in a call, until told to stop; counts them.
  void Load(int loader) {
    const std::string body(4000, 'x');
    for (int n = 0; loading_.load(); ++n) {
      testing::UpsertBuilder batch(absl::StrCat("bulk", loader));
      for (int i = 0; i < 100; ++i) {
        batch.Item(absl::StrCat(n, "-", i), absl::StrCat("Title ", n, " ", i), body);
      }
      grpc::ClientContext context;
      v1::BatchUpsertArticlesResponse response;
      EXPECT_TRUE(stubs_->intake().BatchUpsertArticles(&context, batch.request(), &response).ok());
      loaded_ += 100;
    }
  }

  // Keeps a writing transaction open in another database, again and again, until told to stop.
  void WriteElsewhere() {
    pg::PoolOptions options;
    options.conninfo = PostgresCluster::Shared().ConnInfo("postgres");
    pg::Pool pool(options);
    while (loading_.load()) {
      const auto status =
          pg::RunTransaction(pool, RequestContext::Background("elsewhere"), {},
                             [](pqxx::transaction_base& transaction) {
                               transaction.exec("SELECT pg_current_xact_id()");
                               transaction.exec_params("SELECT pg_sleep($1)", kOpenSeconds);
                               return absl::OkStatus();
                             });
      EXPECT_THAT(status, dateline::testing::IsOk());
    }
  }

  // Writes topics one after the other and waits for each on a stream; the delays, sorted.
  std::vector<absl::Duration> Probe(const std::string& phase) {
    grpc::ClientContext context;
    v1::StreamChangesRequest request;
    request.set_position(start_);
    const auto stream = stubs_->changes().StreamChanges(&context, request);
    std::vector<absl::Duration> delays;
    v1::StreamChangesResponse batch;
    for (int i = 0; i < Probes(); ++i) {
      grpc::ClientContext call;
      v1::CreateTopicRequest topic;
      v1::CreateTopicResponse made;
      topic.set_topic_id(absl::StrCat(phase, i));
      topic.mutable_topic()->set_display_name("Probe");
      EXPECT_TRUE(stubs_->catalog().CreateTopic(&call, topic, &made).ok());
      const absl::Duration answered = RealClock()->Elapsed();
      const auto target = DecodePosition(made.position(), "position");
      bool reached = false;
      while (!reached && stream->Read(&batch)) {
        reached = ComparePositions(*DecodePosition(batch.position(), "position"), *target) >= 0;
      }
      EXPECT_TRUE(reached);
      delays.push_back(RealClock()->Elapsed() - answered);
    }
    start_ = batch.position();
    context.TryCancel();
    stream->Finish();
    std::sort(delays.begin(), delays.end());
    return delays;
  }

  void Report(const std::string& phase, int loaders, bool elsewhere) {
    loading_ = true;
    loaded_ = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < loaders; ++i) threads.emplace_back([this, i] { Load(i); });
    if (elsewhere) threads.emplace_back([this] { WriteElsewhere(); });
    const absl::Duration start = RealClock()->Elapsed();
    const auto delays = Probe(phase);
    const double seconds = absl::ToDoubleSeconds(RealClock()->Elapsed() - start);
    loading_ = false;
    for (std::thread& thread : threads) thread.join();
    ASSERT_FALSE(delays.empty());
    std::printf(
        "feed delay, %-28s median %7.1f ms, p99 %7.1f ms, max %7.1f ms; %6.0f articles/s loaded\n",
        phase.c_str(), absl::ToDoubleMilliseconds(delays[delays.size() / 2]),
        absl::ToDoubleMilliseconds(delays[delays.size() * 99 / 100]),
        absl::ToDoubleMilliseconds(delays.back()), loaded_.load() / seconds);
  }

  obs::Metrics metrics_;
  std::unique_ptr<CatalogServer> server_;
  std::unique_ptr<testing::Stubs> stubs_;
  std::string start_;
  std::atomic<bool> loading_{false};
  std::atomic<int> loaded_{0};
};

TEST_F(FeedDelayTest, EverythingArrivesUnderLoadAndTheDelayIsPrinted) {
  Report("quiet", 0, false);
  Report("two-bulk-loads", 2, false);
  Report("open-writer-elsewhere", 0, true);
  Report("loads-and-open-writer", 2, true);
}

}  // namespace
}  // namespace dateline::catalog
