#ifndef DATELINE_SERVICES_CATALOG_TESTING_FAKE_CATALOG_SERVER_H_
#define DATELINE_SERVICES_CATALOG_TESTING_FAKE_CATALOG_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/testing/in_process_server.h"
#include "services/catalog/testing/fake_change_log.h"

namespace dateline::catalog::testing {

// A catalog without a database, over gRPC, for tests of the services that use it. Its export and
// its stream of changes are the catalog's own, over a log in memory. Thread-safe.
class FakeCatalogServer final {
 public:
  FakeCatalogServer();
  ~FakeCatalogServer();
  FakeCatalogServer(const FakeCatalogServer&) = delete;
  FakeCatalogServer& operator=(const FakeCatalogServer&) = delete;

  // How it is reached. Calls must have ended when the server goes.
  std::shared_ptr<grpc::Channel> channel();

  // Commits states at the primary's instant `at`; returns the position's token.
  std::string Commit(const std::vector<v1::ResourceState>& states, absl::Time at);

  // The token of the next commit of one state, before it is made.
  std::string NextPosition();

  // A standby was promoted: what was committed after the first `kept` commits is lost.
  void FailOver(size_t kept);

  // Ends all streams and refuses new ones with UNAVAILABLE; until Connect.
  void Disconnect();
  void Connect();

  // Exports that were begun.
  int exports();

 private:
  class Changes;

  store::FakeChangeLog log_;
  std::unique_ptr<Changes> changes_;
  std::unique_ptr<dateline::testing::InProcessServer> server_;
};

}  // namespace dateline::catalog::testing

#endif  // DATELINE_SERVICES_CATALOG_TESTING_FAKE_CATALOG_SERVER_H_
