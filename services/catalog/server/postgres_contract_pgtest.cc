// The catalog on a real PostgreSQL does what every catalog does.
#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/catalog_contract.h"

namespace dateline::catalog {
namespace {

class PostgresCatalogFixture : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(catalog_.CreatePublication(), dateline::testing::IsOk()); }
  const testing::Stubs& stubs() const { return catalog_.stubs(); }

 private:
  Catalog catalog_{SharedDatabase()};
};

}  // namespace

namespace testing {
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, CatalogContract, PostgresCatalogFixture);
}  // namespace testing
}  // namespace dateline::catalog
