// How many resources there are, above the number up to which they are counted.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/catalog/store/postgres_store_test_base.h"

namespace dateline::catalog::store {
namespace {

using CountsTest = PostgresStoreTest;

TEST_F(CountsTest, AreExactUpToTenThousandAndThenTheDatabasesEstimate) {
  const auto topics = [this] {
    const auto counts = log_->CountResources(call_);
    EXPECT_THAT(counts, dateline::testing::IsOk());
    return counts.ok() ? counts->topics : -1;
  };
  const auto add = [this](int from, int to) {
    Sql(absl::StrCat(
        "INSERT INTO catalog.topics (id, version, digest, state, kind, folded, message)"
        " SELECT 't-' || i, 1, 0, 2, 1, 't-' || i, '' FROM generate_series(",
        from, ", ", to, ") AS i"));
  };
  // Two are there from the beginning. Only the estimate may look at what vacuum knows.
  Sql("ALTER TABLE catalog.topics SET (autovacuum_enabled = false)");
  add(1, 9'998);
  EXPECT_EQ(topics(), 10'000);
  add(9'999, 15'000);
  EXPECT_EQ(topics(), 10'001) << "nobody has estimated yet";
  Sql("ANALYZE catalog.topics");
  EXPECT_EQ(topics(), 15'002) << "ANALYZE has read all pages of so small a table";
}

}  // namespace
}  // namespace dateline::catalog::store
