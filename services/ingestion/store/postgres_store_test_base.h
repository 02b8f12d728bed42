#ifndef DATELINE_SERVICES_INGESTION_STORE_POSTGRES_STORE_TEST_BASE_H_
#define DATELINE_SERVICES_INGESTION_STORE_POSTGRES_STORE_TEST_BASE_H_

#include <gtest/gtest.h>

#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/pg/transaction.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "services/ingestion/store/postgres_source_store.h"

namespace dateline::ingestion::store {

// The store on a migrated database of its own, as ingestion's role.
class PostgresStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = dateline::testing::PostgresCluster::Shared().NewDatabase();
    pool_ = std::make_unique<pg::Pool>(OptionsFor("dateline_ingestion"));
    store_ = std::make_unique<PostgresSourceStore>(*pool_);
  }

  pg::PoolOptions OptionsFor(const std::string& role) const {
    pg::PoolOptions options;
    options.conninfo = dateline::testing::PostgresCluster::Shared().ConnInfo(database_, role);
    options.size = 8;
    return options;
  }

  // Runs SQL as a role, and gives the first column of the first row.
  absl::StatusOr<std::string> SqlAs(const std::string& role, const std::string& sql) {
    pg::PoolOptions options = OptionsFor(role);
    options.size = 1;
    pg::Pool pool(options);
    std::string value;
    const auto status =
        pg::RunTransaction(pool, call_, {}, [&](pqxx::transaction_base& transaction) {
          const pqxx::result result = transaction.exec(sql);
          if (!result.empty() && !result[0][0].is_null()) value = result[0][0].c_str();
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
    return value;
  }
  // The same as the owner; fails the test on an error.
  std::string Sql(const std::string& sql) {
    const auto value = SqlAs("dateline", sql);
    EXPECT_THAT(value, dateline::testing::IsOk()) << sql;
    return value.value_or("");
  }

  static v1::Source Source(const std::string& id, const std::string& url = "") {
    v1::Source source;
    source.set_name(absl::StrCat("sources/", id));
    source.set_publication("publications/daily");
    source.set_url(url);
    return source;
  }
  static WriteOptions Request(const std::string& id, const std::string& fingerprint = "f") {
    return {"Method", id, fingerprint, false};
  }
  void Make(const std::string& id, const std::string& url = "") {
    ASSERT_THAT(store_->Create(call_, Source(id, url), {}), dateline::testing::IsOk());
  }

  const RequestContext call_ = RequestContext::Background("test");
  std::string database_;
  std::unique_ptr<pg::Pool> pool_;
  std::unique_ptr<PostgresSourceStore> store_;
};

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_POSTGRES_STORE_TEST_BASE_H_
