#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "common/pg/migrate.h"
#include "common/testing/postgres_cluster.h"
#include "common/testing/status_matchers.h"

namespace dateline::pg {
namespace {

using dateline::testing::IsOk;
using dateline::testing::PostgresCluster;
using dateline::testing::StatusIs;
using ::testing::HasSubstr;

// A database with a table of each migration, by the names given.
std::vector<Migration> Migrations(std::initializer_list<std::pair<int, const char*>> tables) {
  std::vector<Migration> migrations;
  for (const auto& [version, table] : tables) {
    Migration& migration = migrations.emplace_back();
    migration.version = version;
    migration.name = table;
    migration.sql = std::string("CREATE TABLE ") + table + " (a int)";
    migration.checksum = migration.sql;
  }
  return migrations;
}

class MigrateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto& cluster = PostgresCluster::Shared();
    static int databases = 0;
    const std::string name = "migrate_" + std::to_string(++databases);
    ASSERT_THAT(cluster.CreateDatabase(name), IsOk());
    conninfo_ = cluster.ConnInfo(name);
    ASSERT_THAT(Migrate(conninfo_, Migrations({{1, "one"}, {2, "two"}, {4, "four"}})), IsOk());
  }

  std::string conninfo_;
};

TEST_F(MigrateTest, AppliesWhatIsPendingOnce) {
  const auto more = Migrations({{1, "one"}, {2, "two"}, {3, "three"}, {4, "four"}, {5, "five"}});
  const auto applied = Migrate(conninfo_, more);
  ASSERT_THAT(applied, IsOk());
  ASSERT_EQ(applied->size(), 2u);
  EXPECT_EQ((*applied)[0].name, "three");
  const auto again = Migrate(conninfo_, more);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->empty());
}

TEST_F(MigrateTest, ADatabaseOfAnotherBuildIsRefusedWithTheCommandThatRebuildsIt) {
  // One migration has another text, or one of the old ones is gone.
  for (const auto& migrations : {Migrations({{1, "one"}, {2, "changed"}, {4, "four"}}),
                                 Migrations({{1, "one"}, {4, "four"}, {5, "five"}})}) {
    for (const absl::Status& status : {Migrate(conninfo_, migrations).status(),
                                       GetMigrationStatus(conninfo_, migrations).status()}) {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
      EXPECT_THAT(std::string(status.message()), HasSubstr("migration 2 (two)"));
      EXPECT_THAT(std::string(status.message()),
                  HasSubstr("`deploy/local/down --purge && deploy/local/up`"));
    }
  }
  const auto status =
      GetMigrationStatus(conninfo_, Migrations({{1, "one"}, {2, "two"}, {4, "four"}}));
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->applied.size(), 3u) << "nothing was applied by what was refused";
}

TEST_F(MigrateTest, AProgramOlderThanItsDatabaseSaysSo) {
  const auto migrations = Migrations({{1, "one"}, {2, "two"}});
  const absl::Status status = Migrate(conninfo_, migrations).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("is the program too old?"));
}

}  // namespace
}  // namespace dateline::pg
