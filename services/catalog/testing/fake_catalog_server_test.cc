// The fake catalog does what the real one does.
#include "services/catalog/testing/fake_catalog_server.h"

#include "services/catalog/testing/catalog_contract.h"

namespace dateline::catalog::testing {
namespace {

class FakeCatalogFixture : public ::testing::Test {
 protected:
  FakeCatalogFixture() { catalog_.PutPublication("daily"); }
  const Stubs& stubs() const { return stubs_; }

 private:
  FakeCatalogServer catalog_;
  const Stubs stubs_{catalog_.channel()};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Fake, CatalogContract, FakeCatalogFixture);

}  // namespace
}  // namespace dateline::catalog::testing
