#ifndef DATELINE_COMMON_PG_MIGRATE_H_
#define DATELINE_COMMON_PG_MIGRATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace dateline::pg {

// One migration file, `V{number}__{name}.sql`. A file whose first line is `-- no transaction` runs
// outside of one (for CREATE INDEX CONCURRENTLY); every other file is one transaction.
struct Migration {
  int version = 0;
  std::string name;
  std::string checksum;  // SHA-256 of the file, in hex
  std::string sql;
  bool transactional = true;
};

// What a database has and lacks.
struct MigrationStatus {
  std::vector<Migration> applied;  // without SQL
  std::vector<Migration> pending;  // in the order in which they would be applied
};

// Reads the files of a folder, by version. NOT_FOUND if there is none; INVALID_ARGUMENT names a
// file whose name does not fit or whose version stands twice.
absl::StatusOr<std::vector<Migration>> ReadMigrations(const std::string& folder);

// Compares a folder with a database. FAILED_PRECONDITION if the database was made by another build:
// a file was changed after it was applied, or an applied one is missing; the message names the
// command that makes it anew. UNAVAILABLE if the database cannot be reached.
absl::StatusOr<MigrationStatus> GetMigrationStatus(const std::string& conninfo,
                                                   const std::vector<Migration>& migrations);

// Applies what is pending and returns it. Runners that race wait for each other by an advisory
// lock. Errors as for GetMigrationStatus, and INTERNAL with PostgreSQL's own message (this is for
// operators) if a file fails; files before it stay applied.
absl::StatusOr<std::vector<Migration>> Migrate(const std::string& conninfo,
                                               const std::vector<Migration>& migrations);

}  // namespace dateline::pg

#endif  // DATELINE_COMMON_PG_MIGRATE_H_
