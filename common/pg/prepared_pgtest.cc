#include <gtest/gtest.h>

#include "common/pg/prepared.h"
#include "common/pg/transaction.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"

namespace dateline::pg {
namespace {

using dateline::testing::IsOk;
using dateline::testing::PostgresCluster;
using dateline::testing::StatusIs;

class PreparedTest : public ::testing::Test {
 protected:
  PreparedTest() : pool_(Options()) {}

  static PoolOptions Options() {
    PoolOptions options;
    options.conninfo = PostgresCluster::Shared().ConnInfo("postgres");
    options.size = 1;
    return options;
  }

  absl::Status Run(absl::FunctionRef<absl::Status(pqxx::transaction_base&)> body) {
    return RunTransaction(pool_, context_, {.max_attempts = 1}, body);
  }

  static int StatementsOf(pqxx::transaction_base& transaction) {
    return transaction.exec1("SELECT count(*) FROM pg_prepared_statements")[0].as<int>();
  }

  Pool pool_;
  RequestContext context_ = RequestContext::Background("test");
};

TEST_F(PreparedTest, AStatementIsParsedOnceASessionAcrossTransactions) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(Run([&](pqxx::transaction_base& transaction) {
                  EXPECT_EQ(ExecPrepared(transaction, "SELECT $1::int + 1", i)[0][0].as<int>(),
                            i + 1);
                  EXPECT_EQ(StatementsOf(transaction), 1);
                  return absl::OkStatus();
                }),
                IsOk());
  }
}

TEST_F(PreparedTest, TextsAreToldApart) {
  EXPECT_THAT(Run([&](pqxx::transaction_base& transaction) {
                EXPECT_EQ(ExecPrepared(transaction, "SELECT $1::int + 1", 1)[0][0].as<int>(), 2);
                EXPECT_EQ(ExecPrepared(transaction, "SELECT $1::int + 2", 1)[0][0].as<int>(), 3);
                EXPECT_EQ(StatementsOf(transaction), 2);
                return absl::OkStatus();
              }),
              IsOk());
}

TEST_F(PreparedTest, AStatementOutlivesTheFailureOfItsTransaction) {
  const auto divide = [&](int by) {
    return Run([&](pqxx::transaction_base& transaction) {
      EXPECT_EQ(ExecPrepared(transaction, "SELECT 6 / $1::int", by)[0][0].as<int>(), 3);
      return absl::OkStatus();
    });
  };
  EXPECT_THAT(divide(0), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(divide(2), IsOk());
}

TEST_F(PreparedTest, ATextThatCannotBeParsedFailsEachTime) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Run([&](pqxx::transaction_base& transaction) {
                  ExecPrepared(transaction, "SELECT FROM nowhere WHERE x = $1", 1);
                  return absl::OkStatus();
                }),
                StatusIs(absl::StatusCode::kInternal));
  }
  EXPECT_THAT(Run([&](pqxx::transaction_base& transaction) {
                EXPECT_EQ(ExecPrepared(transaction, "SELECT $1::int", 1)[0][0].as<int>(), 1);
                return absl::OkStatus();
              }),
              IsOk());
}

}  // namespace
}  // namespace dateline::pg
