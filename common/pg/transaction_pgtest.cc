#include <gtest/gtest.h>

#include <atomic>
#include <pqxx/pqxx>
#include <thread>
#include <vector>

#include "common/pg/migrate.h"
#include "common/pg/transaction.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"
#include "common/testing/tcp_proxy.h"

namespace dateline::pg {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::PostgresCluster;
using dateline::testing::StatusIs;

class TransactionTest : public ::testing::Test {
 protected:
  TransactionTest() {
    static int number = 0;
    database_ = "transactions_" + std::to_string(++number);
    EXPECT_THAT(cluster_.CreateDatabase(database_), IsOk());
    PoolOptions options;
    options.conninfo = cluster_.ConnInfo(database_);
    options.size = 3;
    pool_ = std::make_unique<Pool>(options);
    EXPECT_THAT(Exec("CREATE TABLE counters (id int PRIMARY KEY, value int NOT NULL);"
                     "INSERT INTO counters VALUES (1, 0), (2, 0)"),
                IsOk());
  }

  absl::Status Exec(const std::string& sql) {
    return RunTransaction(*pool_, context_, {}, [&](pqxx::transaction_base& transaction) {
      transaction.exec(sql);
      return absl::OkStatus();
    });
  }

  int Value(int id) {
    int value = -1;
    EXPECT_THAT(RunTransaction(*pool_, context_, {.read_only = true},
                               [&](pqxx::transaction_base& transaction) {
                                 value = transaction
                                             .exec_params1(
                                                 "SELECT value FROM counters WHERE id = $1", id)[0]
                                             .as<int>();
                                 return absl::OkStatus();
                               }),
                IsOk());
    return value;
  }

  PostgresCluster& cluster_ = PostgresCluster::Shared();
  std::string database_;
  RequestContext context_ = RequestContext::Background("test");
  std::unique_ptr<Pool> pool_;
};

TEST_F(TransactionTest, RollsBackWhenTheBodyFails) {
  EXPECT_THAT(RunTransaction(*pool_, context_, {},
                             [](pqxx::transaction_base& transaction) -> absl::Status {
                               transaction.exec("UPDATE counters SET value = 5 WHERE id = 1");
                               return absl::NotFoundError("nothing there");
                             }),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Value(1), 0);
}

TEST_F(TransactionTest, RunsCollidingTransactionsAgain) {
  std::vector<std::thread> writers;
  for (int i = 0; i < 3; ++i) {
    writers.emplace_back([this] {
      for (int n = 0; n < 20; ++n) {
        EXPECT_THAT(
            RunTransaction(
                *pool_, context_, {.repeatable_read = true, .max_attempts = 1'000},
                [](pqxx::transaction_base& transaction) {
                  const int value =
                      transaction.exec1("SELECT value FROM counters WHERE id = 1")[0].as<int>();
                  transaction.exec_params("UPDATE counters SET value = $1 WHERE id = 1", value + 1);
                  return absl::OkStatus();
                }),
            IsOk());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Value(1), 60);
}

TEST_F(TransactionTest, GivesUpCollidingAfterItsAttempts) {
  int runs = 0;
  const absl::Status status = RunTransaction(
      *pool_, context_, {.max_attempts = 3}, [&](pqxx::transaction_base& transaction) {
        ++runs;
        transaction.exec("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$");
        return absl::OkStatus();
      });
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_CONFLICT));
  EXPECT_EQ(runs, 3);
}

TEST_F(TransactionTest, EndsAStatementAtTheDeadline) {
  const RequestContext hurried = context_.WithTimeout(absl::Milliseconds(50));
  EXPECT_THAT(RunTransaction(*pool_, hurried, {},
                             [](pqxx::transaction_base& transaction) {
                               transaction.exec("SELECT pg_sleep(60)");
                               return absl::OkStatus();
                             }),
              HasReason(errors::v1::ERROR_REASON_DEADLINE_EXCEEDED));
}

TEST_F(TransactionTest, CancelsTheStatementWhenTheCallerGoes) {
  std::atomic<bool> gone{false};
  const RequestContext context(
      RealClock(), absl::InfiniteDuration(), [&] { return gone.load(); }, "test");
  const absl::Status status =
      RunTransaction(*pool_, context, {}, [&](pqxx::transaction_base& transaction) {
        gone = true;
        transaction.exec("SELECT pg_sleep(60)");
        return absl::OkStatus();
      });
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_CANCELLED));
}

TEST_F(TransactionTest, EndsABodyOfManyStatementsAtTheDeadline) {
  int statements = 0;
  EXPECT_THAT(RunTransaction(*pool_, context_.WithTimeout(absl::Milliseconds(300)), {},
                             [&](pqxx::transaction_base& transaction) {
                               // Each is within the timeout that the transaction began with.
                               for (; statements < 1'000; ++statements) {
                                 transaction.exec("SELECT pg_sleep(0.1)");
                               }
                               return absl::OkStatus();
                             }),
              HasReason(errors::v1::ERROR_REASON_DEADLINE_EXCEEDED));
  EXPECT_LT(statements, 1'000);
}

// A timeout that hits COMMIT itself leaves the session within its transaction. Which statement is
// hit is left to chance, so there are many.
TEST_F(TransactionTest, GivesOnNoConnectionThatIsStillInATransaction) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < 2'000; ++n) {
        const absl::Status status =
            RunTransaction(*pool_, context_.WithTimeout(absl::Microseconds(1'900)), {},
                           [](pqxx::transaction_base& transaction) {
                             transaction.exec("SELECT 1");
                             return absl::OkStatus();
                           });
        ASSERT_NE(status.code(), absl::StatusCode::kInternal) << "after " << n;
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST_F(TransactionTest, LeavesNoStatementRunningInTheServer) {
  const RequestContext hurried = context_.WithTimeout(absl::Milliseconds(50));
  EXPECT_THAT(RunTransaction(*pool_, hurried, {},
                             [](pqxx::transaction_base& transaction) {
                               transaction.exec("SELECT pg_sleep(61)");
                               return absl::OkStatus();
                             }),
              HasReason(errors::v1::ERROR_REASON_DEADLINE_EXCEEDED));
  int running = -1;
  EXPECT_THAT(RunTransaction(*pool_, context_, {},
                             [&](pqxx::transaction_base& transaction) {
                               running = transaction
                                             .exec1(
                                                 "SELECT count(*) FROM pg_stat_activity WHERE "
                                                 "state = 'active' AND query LIKE "
                                                 "'SELECT pg_sleep(61%'")[0]
                                             .as<int>();
                               return absl::OkStatus();
                             }),
              IsOk());
  EXPECT_EQ(running, 0);
}

TEST_F(TransactionTest, BoundsTheSessionHoweverTheServerIsNamed) {
  const std::string socket = cluster_.ConnInfo(database_);
  const std::string uri = "postgresql://dateline@127.0.0.1:" + std::to_string(cluster_.port()) +
                          "/" + database_ + "?options=-c%20geqo%3Doff";
  for (const std::string& conninfo : {socket, uri}) {
    PoolOptions options;
    options.conninfo = conninfo;
    options.application_name = "it's a test";
    options.lock_timeout = absl::Milliseconds(1'234);
    Pool pool(options);
    std::string lock_timeout, name;
    EXPECT_THAT(RunTransaction(pool, context_, {},
                               [&](pqxx::transaction_base& transaction) {
                                 const pqxx::row row = transaction.exec1(
                                     "SELECT current_setting('lock_timeout'), "
                                     "current_setting('application_name')");
                                 lock_timeout = row[0].as<std::string>();
                                 name = row[1].as<std::string>();
                                 return absl::OkStatus();
                               }),
                IsOk());
    EXPECT_EQ(lock_timeout, "1234ms") << conninfo;
    EXPECT_EQ(name, "it's a test") << conninfo;
  }
}

TEST_F(TransactionTest, RecoversWhenTheServerWasRestarted) {
  ASSERT_EQ(Value(1), 0);
  ASSERT_THAT(cluster_.Restart(), IsOk());
  // A connection that broke while idle is replaced before the body runs.
  EXPECT_EQ(Value(1), 0);
}

TEST_F(TransactionTest, SaysWhenTheOutcomeIsUnknownAndRunsOnceOnly) {
  const auto proxy = dateline::testing::TcpProxy::Start(cluster_.port());
  ASSERT_THAT(proxy, IsOk());
  PoolOptions options;
  options.conninfo = "host=127.0.0.1 user=dateline port=" + std::to_string((*proxy)->port()) +
                     " dbname=" + database_;
  Pool pool(options);
  int runs = 0;
  const auto increment = [&](pqxx::transaction_base& transaction) {
    ++runs;
    transaction.exec("UPDATE counters SET value = value + 1 WHERE id = 2");
    return absl::OkStatus();
  };
  ASSERT_THAT(RunTransaction(pool, context_, {}, increment), IsOk());
  EXPECT_THAT(RunTransaction(pool, context_, {},
                             [&](pqxx::transaction_base& transaction) {
                               const absl::Status status = increment(transaction);
                               // The COMMIT is sent into a connection that is gone.
                               (*proxy)->Cut();
                               return status;
                             }),
              HasReason(errors::v1::ERROR_REASON_OUTCOME_UNKNOWN));
  EXPECT_EQ(runs, 2);
  (*proxy)->Refuse();
  EXPECT_THAT(RunTransaction(pool, context_, {}, increment),
              HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
  ASSERT_THAT((*proxy)->Resume(), IsOk());
  EXPECT_THAT(RunTransaction(pool, context_, {}, increment), IsOk());
  EXPECT_EQ(Value(2), 2);
}

TEST_F(TransactionTest, NamesTheViolatedConstraintToTheStoreOnly) {
  EXPECT_THAT(Exec("INSERT INTO counters VALUES (1, 1)"),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_EXISTS));
}

TEST_F(TransactionTest, RecoversFromABrokenConnection) {
  EXPECT_THAT(RunTransaction(*pool_, context_, {},
                             [](pqxx::transaction_base& transaction) {
                               transaction.exec("SELECT pg_terminate_backend(pg_backend_pid())");
                               return absl::OkStatus();
                             }),
              HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
  EXPECT_EQ(Value(2), 0);
}

TEST_F(TransactionTest, RefusesToWaitForAConnectionPastTheDeadline) {
  const auto first = pool_->Acquire(context_);
  const auto second = pool_->Acquire(context_);
  const auto third = pool_->Acquire(context_);
  ASSERT_TRUE(first.ok() && second.ok() && third.ok());
  EXPECT_THAT(pool_->Acquire(context_.WithTimeout(absl::Milliseconds(10))).status(),
              HasReason(errors::v1::ERROR_REASON_OVERLOADED));
}

TEST_F(TransactionTest, SaysSoWhenTheServerIsNotThere) {
  PoolOptions options;
  options.conninfo = "host=/nonexistent dbname=none user=none";
  Pool pool(options);
  EXPECT_THAT(pool.Acquire(context_).status(),
              HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
}

TEST_F(TransactionTest, MigrationsApplyOnceEvenWhenRunnersRace) {
  const std::vector<Migration> migrations = {
      {1, "first", "c1", "CREATE TABLE first (id int)", true},
      {2, "second", "c2", "-- no transaction\nCREATE INDEX CONCURRENTLY first_id ON first (id)",
       false}};
  std::atomic<size_t> applied{0};
  std::vector<std::thread> runners;
  for (int i = 0; i < 4; ++i) {
    runners.emplace_back([&] {
      const auto done = Migrate(cluster_.ConnInfo(database_), migrations);
      EXPECT_THAT(done, IsOk());
      if (done.ok()) applied += done->size();
    });
  }
  for (std::thread& runner : runners) runner.join();
  EXPECT_EQ(applied.load(), 2u);
}

TEST_F(TransactionTest, RefusesAChangedMigration) {
  std::vector<Migration> migrations = {{1, "first", "c1", "CREATE TABLE first (id int)", true}};
  ASSERT_THAT(Migrate(cluster_.ConnInfo(database_), migrations), IsOk());
  migrations[0].checksum = "c2";
  EXPECT_THAT(Migrate(cluster_.ConnInfo(database_), migrations),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(GetMigrationStatus(cluster_.ConnInfo(database_), {}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace dateline::pg
