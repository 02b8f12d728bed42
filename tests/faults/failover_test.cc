// PostgreSQL's primary is stopped hard and its standby promoted, under reads: the replica notices
// the new timeline, reconciles its copy without making a whole new one, and equals the new primary,
// also where the old one had more; reads never stop meanwhile.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/ids.h"
#include "common/base/request_context.h"
#include "common/obs/metrics.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "dateline/catalog/v1/intake_service.grpc.pb.h"
#include "services/catalog/server/catalog_server.h"
#include "services/catalog/testing/upsert_builder.h"
#include "services/query/client/grpc_catalog_feed.h"
#include "services/query/follow/follower.h"
#include "services/query/replica/read/digest.h"
#include "services/query/replica/replica.h"
#include "services/query/service/list_handlers.h"

namespace dateline {
namespace {

using catalog::v1::CatalogService;
using catalog::v1::IntakeService;
using dateline::testing::IsOk;
using dateline::testing::PostgresCluster;

constexpr absl::Duration kPatience = absl::Seconds(60);

std::shared_ptr<grpc::Channel> ChannelTo(const catalog::CatalogServer& server) {
  rpc::ChannelOptions options;
  options.address = absl::StrCat("127.0.0.1:", server.port());
  return rpc::MakeChannel(options);
}

// Waits for a condition that another thread brings about.
bool Eventually(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

// A replica with what keeps it up to date.
class Reader {
 public:
  explicit Reader(const std::shared_ptr<grpc::Channel>& channel)
      : folder_(absl::StrCat(::testing::TempDir(), "/replica-", NewId())),
        replica_(*query::replica::Replica::Open(folder_, RealClock())),
        feed_(channel),
        follower_(std::make_unique<query::follow::Follower>(*replica_, feed_, RealClock(), [] {})) {
  }
  ~Reader() {
    follower_.reset();
    replica_.reset();
    std::filesystem::remove_all(folder_);
  }

  query::replica::Replica& replica() { return *replica_; }
  query::follow::FollowerStatus status() { return follower_->status(); }

  int64_t Articles() {
    const auto store = replica_->current();
    return store == nullptr ? -1 : store->Entries(query::replica::Table::kCards);
  }

 private:
  const std::string folder_;
  std::unique_ptr<query::replica::Replica> replica_;
  query::client::GrpcCatalogFeed feed_;
  std::unique_ptr<query::follow::Follower> follower_;
};

class FailoverTest : public ::testing::Test {
 protected:
  // Delivers articles `first` to `last`, again and again while the database is away.
  void Write(IntakeService::Stub& stub, int first, int last) {
    catalog::testing::UpsertBuilder builder;
    for (int i = first; i <= last; ++i) {
      builder.Item(absl::StrCat("entry-", i), absl::StrCat("Article number ", i));
    }
    ASSERT_TRUE(Eventually([&] {
      grpc::ClientContext context;
      catalog::v1::BatchUpsertArticlesResponse response;
      return stub.BatchUpsertArticles(&context, builder.request(), &response).ok();
    }));
  }

  void CreatePublication(CatalogService::Stub& stub) {
    catalog::v1::CreatePublicationRequest request;
    request.set_publication_id("daily");
    request.mutable_publication()->set_title("Daily");
    catalog::v1::CreatePublicationResponse response;
    grpc::ClientContext context;
    ASSERT_THAT(rpc::FromGrpcStatus(stub.CreatePublication(&context, request, &response)), IsOk());
  }
};

TEST_F(FailoverTest, ReplicaIsReconciledWithThePromotedStandbyWhileReadsGoOn) {
  auto primary = PostgresCluster::Start();
  ASSERT_THAT(primary, IsOk());
  ASSERT_THAT((*primary)->CreateMigratedDatabase("dateline"), IsOk());
  auto standby = (*primary)->MakeStandby();
  ASSERT_THAT(standby, IsOk());

  catalog::CatalogServerOptions options;
  options.rpc.address = "127.0.0.1:0";
  options.page_token_key = "key";
  options.database =
      absl::StrCat("host=127.0.0.1,127.0.0.1 port=", (*primary)->port(), ",", (*standby)->port(),
                   " dbname=dateline user=dateline target_session_attrs=read-write");
  obs::Metrics metrics;
  auto server = catalog::CatalogServer::Start(options, metrics);
  ASSERT_THAT(server, IsOk());
  CreatePublication(*CatalogService::NewStub(ChannelTo(**server)));
  const auto stub = IntakeService::NewStub(ChannelTo(**server));
  Write(*stub, 1, 200);

  Reader reader(ChannelTo(**server));
  ASSERT_TRUE(Eventually([&] { return reader.Articles() == 200; }));
  const int rebuilds = reader.status().rebuilds;

  // Readers who never stop, and who never get less than there was.
  const tokens::PageTokenCodec page_tokens("key");
  const query::service::ListHandlers lists(reader.replica(), page_tokens);
  std::atomic<bool> stop{false};
  std::atomic<int64_t> reads{0};
  std::atomic<int64_t> failed_reads{0};
  std::thread readers([&] {
    query::v1::ListArticlesRequest request;
    request.set_page_size(10);
    while (!stop) {
      std::string encoded;
      query::v1::ListArticlesResponse response;
      const bool good =
          lists.ListArticles(request, RequestContext::Background("test"), &encoded).ok() &&
          response.ParseFromString(encoded) && response.articles_size() == 10;
      if (!good) ++failed_reads;
      ++reads;
    }
  });

  (*primary)->Kill();
  EXPECT_TRUE(Eventually(
      [&] { return reader.status().state != query::v1::FOLLOWER_STATE_FOLLOWING || reads > 100; }));
  ASSERT_THAT((*standby)->Promote(), IsOk());
  Write(*stub, 201, 300);
  EXPECT_TRUE(Eventually([&] { return reader.status().reconciliations > 0; }))
      << reader.status().last_error;
  EXPECT_EQ(reader.status().rebuilds, rebuilds);

  // A replica from scratch is what the new primary says.
  Reader fresh(ChannelTo(**server));
  EXPECT_TRUE(Eventually([&] { return fresh.Articles() >= 100; }));
  EXPECT_TRUE(Eventually([&] { return fresh.Articles() == reader.Articles(); }));
  stop = true;
  readers.join();
  const auto expected = query::replica::DigestTables(*fresh.replica().current());
  const auto actual = query::replica::DigestTables(*reader.replica().current());
  ASSERT_THAT(expected, IsOk());
  ASSERT_THAT(actual, IsOk());
  ASSERT_EQ(actual->size(), expected->size());
  for (size_t i = 0; i < expected->size(); ++i) {
    EXPECT_EQ((*actual)[i].digest, (*expected)[i].digest)
        << query::replica::TableName((*expected)[i].table) << ": " << (*actual)[i].entries
        << " entries, not " << (*expected)[i].entries;
  }
  EXPECT_EQ(failed_reads.load(), 0);
  std::printf("%lld reads, none failed; %lld articles on the new timeline; %d reconciliations\n",
              static_cast<long long>(reads.load()), static_cast<long long>(reader.Articles()),
              reader.status().reconciliations);
}

}  // namespace
}  // namespace dateline
