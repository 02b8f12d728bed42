#ifndef DATELINE_COMMON_TESTING_POSTGRES_CLUSTER_H_
#define DATELINE_COMMON_TESTING_POSTGRES_CLUSTER_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace dateline::testing {

// A private PostgreSQL cluster in a temporary folder, for one test program: real, without
// durability (fsync off), on a Unix socket and a free loopback port. It ends with the process that
// started it, even by SIGKILL. initdb refuses root, so as root it runs as the user `postgres` (or
// `nobody`). Not thread-safe.
class PostgresCluster {
 public:
  // Starts a cluster; `settings` are lines of postgresql.conf. UNAVAILABLE with the log's end on
  // failure.
  static absl::StatusOr<std::unique_ptr<PostgresCluster>> Start(
      const std::vector<std::string>& settings = {});
  ~PostgresCluster();

  // The cluster of this program, started on first use; ends the program if it cannot be started.
  static PostgresCluster& Shared();

  // Connection string of a database as the superuser `dateline`, or as one of the services' roles.
  std::string ConnInfo(const std::string& database, const std::string& user = "dateline") const;

  // Makes an empty database.
  absl::Status CreateDatabase(const std::string& name) const;

  // Makes a database with all migrations of deploy/postgres/migrations applied; the second one on
  // is copied from a template and takes milliseconds.
  absl::Status CreateMigratedDatabase(const std::string& name);

  // A migrated database of a name of its own.
  std::string NewDatabase();

  // Stops hard (as if the power failed) and starts again on the same port and data.
  void Kill();
  absl::Status Restart();

  // A streaming standby of this cluster; Promote makes it a primary on a new timeline.
  absl::StatusOr<std::unique_ptr<PostgresCluster>> MakeStandby();
  absl::Status Promote();

  int port() const { return port_; }
  bool running() const { return pid_ > 0; }

 private:
  PostgresCluster() = default;
  absl::Status Initialise(const std::vector<std::string>& settings);
  absl::Status Launch();
  absl::Status RunTool(const std::vector<std::string>& command) const;
  std::string LogTail() const;

  std::string folder_;
  int port_ = 0;
  pid_t pid_ = -1;
  bool has_template_ = false;
  int databases_ = 0;
};

}  // namespace dateline::testing

#endif  // DATELINE_COMMON_TESTING_POSTGRES_CLUSTER_H_
