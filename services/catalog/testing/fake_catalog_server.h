#ifndef DATELINE_SERVICES_CATALOG_TESTING_FAKE_CATALOG_SERVER_H_
#define DATELINE_SERVICES_CATALOG_TESTING_FAKE_CATALOG_SERVER_H_

#include <memory>

#include "common/testing/in_process_server.h"
#include "services/catalog/testing/fake_catalog.h"

namespace dateline::catalog::testing {

// A FakeCatalog that is reached over gRPC, through the catalog's own service of changes.
// Thread-safe.
class FakeCatalogServer final : public FakeCatalog {
 public:
  FakeCatalogServer();
  ~FakeCatalogServer() override;

  // How it is reached. Calls must have ended when the server goes.
  std::shared_ptr<grpc::Channel> channel();

  void Disconnect() override;
  void Connect() override;

 private:
  class Services;

  std::unique_ptr<Services> services_;
  std::unique_ptr<dateline::testing::InProcessServer> server_;
};

}  // namespace dateline::catalog::testing

#endif  // DATELINE_SERVICES_CATALOG_TESTING_FAKE_CATALOG_SERVER_H_
