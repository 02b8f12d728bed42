// Deliveries have connections and threads of their own: as many as may come hold up no editor.

#include <memory>
#include <pqxx/pqxx>
#include <thread>
#include <vector>

#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using dateline::testing::IsOk;
using dateline::testing::PostgresCluster;

// More than there are threads for all calls of the catalog under test.
constexpr int kDeliveries = 12;
constexpr int kMostWaits = 10'000;

// Waits until so many deliveries as the catalog works at at once stand before a lock.
void WaitForWaiters(pqxx::connection& connection, int count) {
  for (int i = 0; i < kMostWaits; ++i) {
    pqxx::nontransaction look(connection);
    const pqxx::result rows = look.exec(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'");
    if (rows[0][0].as<int>() >= count) return;
    look.exec("SELECT pg_sleep(0.001)");
  }
  FAIL() << "no delivery waits";
}

TEST(CatalogLanesTest, DeliveriesThatWaitHoldUpNoEditor) {
  auto& cluster = PostgresCluster::Shared();
  const std::string database = cluster.NewDatabase();
  CatalogServerOptions options;
  Catalog catalog(cluster.ConnInfo(database, "dateline_catalog"), api::AllRoles(), options);
  ASSERT_THAT(catalog.CreatePublication(), IsOk());
  pqxx::connection connection(cluster.ConnInfo(database, "dateline"));
  pqxx::connection watching(cluster.ConnInfo(database, "dateline"));
  pqxx::work blocking(connection);
  // Each delivery holds its publication.
  blocking.exec("SELECT FROM catalog.publications FOR UPDATE");
  std::vector<std::thread> deliveries;
  deliveries.reserve(kDeliveries);
  std::vector<absl::Status> ended(kDeliveries);
  for (int i = 0; i < kDeliveries; ++i) {
    deliveries.emplace_back([&catalog, &ended, i] {
      testing::UpsertBuilder batch(absl::StrCat("bulk", i));
      batch.Item("1", "Title");
      v1::BatchUpsertArticlesResponse response;
      ended[static_cast<size_t>(i)] =
          catalog.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &response);
    });
  }
  WaitForWaiters(watching, options.intake_connections);
  // They wait until the lock is given back, which is behind this call.
  EXPECT_THAT(catalog.CreateTopic("written-meanwhile"), IsOk());
  blocking.commit();
  for (std::thread& delivery : deliveries) delivery.join();
  for (const absl::Status& status : ended) EXPECT_THAT(status, IsOk());
}

}  // namespace
}  // namespace dateline::catalog
