#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "common/pg/transaction.h"
#include "common/testing/postgres_cluster.h"
#include "services/query/reads/postgres_read_store.h"
#include "services/query/reads/read_store_contract.h"

namespace dateline::query::reads {
namespace {

pg::PoolOptions OptionsFor(const std::string& database, const std::string& role) {
  pg::PoolOptions options;
  options.conninfo = dateline::testing::PostgresCluster::Shared().ConnInfo(database, role);
  return options;
}

struct PostgresMaker {
  static std::unique_ptr<ReadStore> Make() {
    const std::string database = dateline::testing::PostgresCluster::Shared().NewDatabase();
    return std::make_unique<PostgresReadStore>(OptionsFor(database, "dateline_query"));
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, ReadStoreContract, PostgresMaker);

TEST(PostgresReadStoreTest, ForgetsWhatIsOldAndMayReadNothingElse) {
  const std::string database = dateline::testing::PostgresCluster::Shared().NewDatabase();
  PostgresReadStore store(OptionsFor(database, "dateline_query"));
  const RequestContext call = RequestContext::Background("test");
  Report old;
  old.caller = "caller";
  old.request_id = "r";
  old.scores["old"] = ScoresOf(1, absl::Now() - absl::Hours(24 * 7 * 8));
  Report fresh = old;
  fresh.request_id = "s";
  fresh.scores = {{"fresh", ScoresOf(1, absl::Now())}};
  ASSERT_TRUE(store.Add(call, {old, fresh}).ok());
  pg::Pool owner(OptionsFor(database, "dateline"));
  const auto sql = [&](const std::string& statement) {
    std::string value;
    EXPECT_TRUE(pg::RunTransaction(owner, call, {}, [&](pqxx::transaction_base& transaction) {
                  const pqxx::result rows = transaction.exec(statement);
                  if (!rows.empty()) value = rows[0][0].c_str();
                  return absl::OkStatus();
                }).ok());
    return value;
  };
  sql("UPDATE query.read_reports SET create_time = now() - interval '25 hours' WHERE request_id = "
      "'r'");
  ASSERT_TRUE(store.Prune(call).ok());
  EXPECT_EQ(sql("SELECT string_agg(article_id, ',') FROM query.read_scores"), "fresh");
  EXPECT_EQ(sql("SELECT string_agg(request_id, ',') FROM query.read_reports"), "s");
  pg::Pool pool(OptionsFor(database, "dateline_query"));
  EXPECT_FALSE(pg::RunTransaction(pool, call, {}, [&](pqxx::transaction_base& transaction) {
                 transaction.exec("SELECT * FROM catalog.articles");
                 return absl::OkStatus();
               }).ok());
}

}  // namespace
}  // namespace dateline::query::reads
